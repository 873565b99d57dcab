//! `oneclaw admin usage`: the month's requests.

use oneclaw_domain::Email;
use oneclaw_services::Operator;

use super::run::refused;
use crate::failure::Failure;

/// Lets the month's requests be counted from nothing: those of all organizations, or of somebody's.
///
/// # Errors
/// Nobody has this address.
pub(super) async fn reset(operator: &Operator, of: Option<&Email>) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    match of {
        None => {
            let reset = operator.admin().reset_usage(by).await;
            let many = reset.map_err(refused("account"))?.into_inner();
            println!("{many} requests of all organizations were forgotten");
        }
        Some(email) => {
            let reset = operator.admin().reset_usage_of(email, by).await;
            let reset = reset
                .map_err(refused(&format!("account of {email}")))?
                .into_inner();
            println!(
                "{} requests of organization {} were forgotten",
                reset.forgotten, reset.user.org
            );
        }
    }
    Ok(())
}
