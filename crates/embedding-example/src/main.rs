//! Another program that keeps a secret with oneclaw's crates and no web server.
//!
//! `oneclaw-embedding-example FOLDER [DATABASE_URL]` makes an account, a vault and a secret in it,
//! reads the secret back and prints it. The second start finds what the first one kept.

use oneclaw_adapters::{FolderMailer, Sender};
use oneclaw_domain::{
    Description, DisplayName, Email, Metadata, NewPassword, PasswordInput, SecretPath, VaultName,
};
use oneclaw_services::{
    AuditRequest, Caller, CreateVaultCommand, Door, FileKeyProvider, Known, ListRequest,
    LoginCommand, LoginOutcome, Precondition, PutSecretCommand, Refusal, Seams, SecretText,
    Services, Settings, SignupCommand, SignupOutcome,
};
use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Anything that can go wrong: this is an example, and only prints it.
type Fault = Box<dyn Error + Send + Sync>;

const EMAIL: &str = "ada@example.test";
const PASSWORD: &str = "Correct-Horse-9-Battery";

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: oneclaw-embedding-example FOLDER [DATABASE_URL]")?;
    let services = open(Path::new(&folder), arguments.next()).await?;
    // what a program does with the services runs on any task
    let value = tokio::spawn(keep_and_read(services.clone())).await??;
    println!("db/password is {value}");
    services.close().await;
    Ok(())
}

async fn open(folder: &Path, url: Option<String>) -> Result<Services, Fault> {
    let url = match url {
        Some(url) => StoreUrl::parse(&url)?,
        None => StoreUrl::Sqlite(folder.join("oneclaw.db")),
    };
    let store = DieselStore::open(&url, StoreOptions::default()).await?;
    store.migrate().await?;
    let keys = FileKeyProvider::open_or_create(folder.join("master.key"))?;
    let sender = Sender::parse("oneclaw@localhost")?;
    let mailer = FolderMailer::new(folder.join("mail"), sender);
    let seams = Seams::system(Arc::new(store), Arc::new(keys), Arc::new(mailer));
    Ok(Services::start(seams, Settings::default()).await?)
}

async fn keep_and_read(services: Services) -> Result<String, Fault> {
    let caller = log_in(&services).await?;
    let vaults = services
        .vaults
        .list(&ListRequest::default(), &caller)
        .await?;
    let vault = match vaults.items.into_iter().next() {
        Some(vault) => vault,
        None => make_vault(&services, &caller).await?,
    };
    let revealed = services
        .secrets
        .reveal(
            vault.id,
            SecretPath::parse("db/password")?,
            &Known::Nothing,
            &caller,
        )
        .await?
        .given()
        .ok_or("nothing was asked to be left out")?;
    Ok(revealed.value().expose().to_owned())
}

async fn log_in(services: &Services) -> Result<Caller, Fault> {
    let request = AuditRequest::default();
    let email = Email::parse(EMAIL)?;
    let signup = SignupCommand {
        password: NewPassword::parse(PASSWORD, &email)?,
        email: email.clone(),
        display_name: Some(DisplayName::parse("Ada")?),
        invite_token: None,
        setup_code: None,
        passed_on: false,
    };
    let auth = &services.auth;
    let admitted = auth.admit(Door::SignUp, &request).await?;
    let tokens = match auth.signup(admitted, signup, &request).await {
        Err(Refusal::Conflict(_)) => {
            let login = LoginCommand {
                email,
                password: PasswordInput::parse(PASSWORD)?,
            };
            let admitted = auth.admit(Door::Login, &request).await?;
            match auth.login(admitted, login, &request).await?.into_inner() {
                LoginOutcome::Tokens(tokens) => tokens,
                LoginOutcome::SecondFactor(_) => return Err("a second factor is asked for".into()),
            }
        }
        other => match other?.into_inner() {
            SignupOutcome::Tokens(tokens) => tokens,
            SignupOutcome::Mailed => return Err("the address is to be proved first".into()),
        },
    };
    Ok(services
        .auth
        .authenticate(Some(tokens.access_token.expose()), request)
        .await?)
}

async fn make_vault(services: &Services, caller: &Caller) -> Result<oneclaw_domain::Vault, Fault> {
    let vault = CreateVaultCommand {
        name: VaultName::parse("production")?,
        description: Description::parse("")?,
    };
    let vault = services.vaults.create(vault, caller).await?.into_inner();
    let secret = PutSecretCommand {
        vault: vault.id,
        path: SecretPath::parse("db/password")?,
        value: SecretText::new("correct horse battery staple".to_owned()),
        kind: None,
        metadata: Metadata::default(),
        rotation_policy: None,
        expires_at: None,
        max_access_count: None,
        precondition: Precondition::None,
    };
    services.secrets.put(secret, caller).await?.into_inner();
    Ok(vault)
}
