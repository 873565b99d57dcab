//! `oneclaw admin users`: people's accounts.

use oneclaw_domain::Email;
use oneclaw_services::Operator;

use super::arguments::ListUsers;
use super::run::refused;
use crate::failure::Failure;

/// Prints everybody who has an account.
///
/// # Errors
/// The store cannot be used.
pub(super) async fn list(operator: &Operator, part: &ListUsers) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let listed = operator.admin().list_users(part.offset, part.limit, by);
    let listed = listed.await.map_err(refused("account"))?;
    for found in &listed.users {
        let (listed, user) = (&found.listed, &found.listed.user);
        println!(
            "{} {} {} of {} ({}), {}, {} requests this month, made {}",
            user.id,
            user.email,
            user.role.as_str(),
            user.org,
            listed.org_name.as_str(),
            found.tier.as_str(),
            listed.requests,
            user.created_at
        );
    }
    println!("{} of {} accounts", listed.users.len(), listed.total);
    Ok(())
}

/// Deletes an account.
///
/// # Errors
/// There is none; its organization would have no owner.
pub(super) async fn delete(operator: &Operator, email: &Email) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let deleted = operator.admin().delete_user_of(email, by).await;
    let deleted = deleted.map_err(refused(&format!("account of {email}")))?;
    let () = deleted.into_inner();
    println!("the account of {email} was deleted");
    Ok(())
}
