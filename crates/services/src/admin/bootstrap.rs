//! The operator makes the first account, and with it the organization that runs the installation.

use super::Operator;
use crate::Refusal;
use crate::core::boxed;
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{DisplayName, Email, NewPassword, OrgId};

/// Who the first account is for.
pub struct BootstrapCommand {
    /// Where they are reached. The operator vouches for it: no mail proves it.
    pub email: Email,
    /// What others see; the local part of the address where nothing is given.
    pub display_name: Option<DisplayName>,
    /// What they log in with; a fresh one where nothing is given.
    pub password: Option<NewPassword>,
}

/// What was made.
pub struct Bootstrapped {
    /// The organization that runs the installation.
    pub org: OrgId,
    /// The password that was made, to be told once.
    pub password: Option<SecretText>,
}

impl Operator {
    /// Makes the first account of an empty installation.
    ///
    /// # Errors
    /// There is an account already.
    pub async fn bootstrap(&self, command: BootstrapCommand) -> Result<Bootstrapped, Refusal> {
        let core = &*self.core;
        let (given, made) = if let Some(password) = command.password {
            (SecretText::new(password.expose().to_owned()), None)
        } else {
            let made = fresh_password(&command.email)?;
            (SecretText::new(made.expose().to_owned()), Some(made))
        };
        let name = (command.email, command.display_name);
        let org = boxed(core.make_first_account(name, given, &self.os_user)).await?;
        Ok(Bootstrapped {
            org: org.into_inner(),
            password: made,
        })
    }
}

/// A password that keeps the rule: one made at random does in nearly every case.
fn fresh_password(email: &Email) -> Result<SecretText, Refusal> {
    loop {
        let made = random_token("")?;
        if NewPassword::parse(made.expose(), email).is_ok() {
            return Ok(made);
        }
    }
}
