//! `oneclaw admin bootstrap` and `appoint`: who runs the installation.

use std::io::{BufRead, Read};

use oneclaw_domain::{Email, NewPassword};
use oneclaw_services::{BootstrapCommand, Operator};

use super::arguments::{Appoint, Bootstrap};
use super::run::refused;
use crate::failure::Failure;

/// The longest line that is read as a password, in bytes: longer than any password may be.
const LONGEST: u64 = 4096;

/// Makes the first account.
///
/// # Errors
/// There is one; a password that does not do.
pub(super) async fn bootstrap(operator: &Operator, who: Bootstrap) -> Result<(), Failure> {
    let password = who.password_stdin.then(|| read_password(&who.email));
    let command = BootstrapCommand {
        email: who.email.clone(),
        display_name: who.name,
        password: password.transpose()?,
    };
    let made = operator.bootstrap(command).await;
    let made = made.map_err(refused("such account"))?;
    println!(
        "{} runs this installation, as the owner of organization {}",
        who.email, made.org
    );
    if let Some(password) = made.password {
        println!("password {} (it is not shown again)", password.expose());
    }
    Ok(())
}

fn read_password(email: &Email) -> Result<NewPassword, Failure> {
    let mut line = String::new();
    let read = std::io::stdin().lock().take(LONGEST).read_line(&mut line);
    read.map_err(|error| Failure::System("read the password", error))?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    NewPassword::parse(text, email)
        .map_err(|invalid| Failure::Refused(format!("the password {}", invalid.reason())))
}

/// Gives a member of the platform's organization a role.
///
/// # Errors
/// They are none; the organization would have no owner.
pub(super) async fn appoint(operator: &Operator, who: Appoint) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let appointed = operator.appoint(&who.email, who.role, by).await;
    let user = appointed
        .map_err(refused(&format!("account of {}", who.email)))?
        .into_inner();
    println!(
        "{} is {} of the organization that runs this installation",
        user.email,
        user.role.as_str()
    );
    Ok(())
}
