//! `oneclaw ip-rules`: the way back in for an organization whose rules about addresses shut its people out.

use oneclaw_domain::OrgId;
use oneclaw_services::IpRuleAdmin;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::Parts;

/// Prints the organization's rules, oldest first.
///
/// # Errors
/// There is no such organization, or the store cannot be used.
pub(crate) async fn list(configuration: Configuration, org: OrgId) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let rules = IpRuleAdmin::new(parts.seams(), os_user()).list(org).await?;
    for rule in &rules {
        println!(
            "{} {} {} {} made {}{}",
            rule.id,
            rule.rule.as_str(),
            rule.cidr,
            rule.applies_to.as_str(),
            rule.created_at,
            rule.label
                .as_ref()
                .map_or(String::new(), |label| format!(": {}", label.as_str()))
        );
    }
    if rules.is_empty() {
        println!("organization {org} has no IP rules");
    }
    parts.store.close().await;
    Ok(())
}

/// Deletes all of the organization's rules; servers that serve go by it from the next request on.
///
/// # Errors
/// There is no such organization, or the store cannot be used.
pub(crate) async fn clear(configuration: Configuration, org: OrgId) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let cleared = IpRuleAdmin::new(parts.seams(), os_user())
        .clear(org)
        .await?;
    println!("{cleared} IP rules of organization {org} were deleted; its audit log says so");
    parts.store.close().await;
    Ok(())
}
