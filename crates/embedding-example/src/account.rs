//! The account that keeps the secret.

use crate::Fault;
use oneclaw_domain::{DisplayName, Email, NewPassword, PasswordInput};
use oneclaw_services::{
    AuditRequest, Caller, Door, LoginCommand, LoginOutcome, Refusal, Services, SignupCommand,
    SignupOutcome, Tokens,
};

const EMAIL: &str = "ada@example.test";
const PASSWORD: &str = "Correct-Horse-9-Battery";

/// Makes the account, or finds it there, and gives who acts by it.
pub(crate) async fn log_in(services: &Services) -> Result<Caller, Fault> {
    let email = Email::parse(EMAIL)?;
    let signup = SignupCommand {
        password: NewPassword::parse(PASSWORD, &email)?,
        email,
        display_name: Some(DisplayName::parse("Ada")?),
        invite_token: None,
        setup_code: None,
        passed_on: false,
    };
    let request = AuditRequest::default();
    let admitted = services.auth.admit(Door::SignUp, &request).await?;
    let tokens = match services.auth.signup(admitted, signup, &request).await {
        Err(Refusal::Conflict(_)) => by_password(services).await?,
        other => match other?.into_inner() {
            SignupOutcome::Tokens(tokens) => tokens,
            SignupOutcome::Mailed => return Err("the address is to be proved first".into()),
        },
    };
    let token = Some(tokens.access_token.expose());
    Ok(services.auth.authenticate(token, request).await?)
}

async fn by_password(services: &Services) -> Result<Tokens, Fault> {
    let request = AuditRequest::default();
    let login = LoginCommand {
        email: Email::parse(EMAIL)?,
        password: PasswordInput::parse(PASSWORD)?,
    };
    let admitted = services.auth.admit(Door::Login, &request).await?;
    let outcome = services.auth.login(admitted, login, &request).await?;
    match outcome.into_inner() {
        LoginOutcome::Tokens(tokens) => Ok(tokens),
        LoginOutcome::SecondFactor(_) => Err("a second factor is asked for".into()),
    }
}
