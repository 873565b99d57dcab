//! The secret, shared once with whoever has a link.

use crate::Fault;
use crate::secrets::Kept;
use oneclaw_domain::MaxAccessCount;
use oneclaw_services::{
    AuditRequest, Caller, CreateShareCommand, Door, ReadShareCommand, Refusal, Services, ShareTo,
    ShareUntil,
};

/// Shares it for one read, and reads it twice.
pub(crate) async fn share(
    services: &Services,
    owner: &Caller,
    kept: &Kept,
) -> Result<Vec<String>, Fault> {
    let wanted = CreateShareCommand {
        secret: kept.secret,
        to: ShareTo::Link,
        until: ShareUntil::Hours(1),
        max_access_count: Some(MaxAccessCount::new(1)?),
        passphrase: None,
        ip_allowlist: None,
        notifies: false,
        names_maker: false,
    };
    let share = services.shares.create(wanted, owner).await?.into_inner();
    let mut told = Vec::new();
    for number in ["first", "second"] {
        // whoever has the link needs no account
        let request = AuditRequest::default();
        let admitted = services.auth.admit(Door::Share, &request).await?;
        let command = ReadShareCommand {
            share: Some(share.id),
            passphrase: None,
        };
        let read = services
            .shares
            .read(admitted, command, None, &request)
            .await;
        told.push(match read {
            Ok(given) if given.share.access_count == 1 => {
                format!("the {number} reader of the link was given it")
            }
            Ok(_) => return Err("more than one read".into()),
            Err(Refusal::ShareEnded(_)) => format!("the {number} came too late"),
            Err(other) => return Err(other.into()),
        });
    }
    Ok(told)
}
