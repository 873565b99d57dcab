//! `oneclaw audit check`: the chains in the store.

use oneclaw_domain::{Chain, OrgId};
use oneclaw_services::{AuditAdmin, ChainCheck, StartError};
use oneclaw_storage::StorageError;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::Parts;

/// Checks the whole of each chain, or of one organization's, and prints a line for each.
///
/// # Errors
/// One is broken; there is no such organization; the store cannot be used.
pub(crate) async fn run(configuration: Configuration, org: Option<OrgId>) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let admin = AuditAdmin::new(parts.seams(), os_user());
    let (chains, strays) = match org {
        Some(org) => (vec![Chain::Org(org)], 0),
        None => (admin.chains().await?, admin.strays().await?),
    };
    let mut broken = 0_usize;
    for chain in &chains {
        let line = match admin.check(*chain).await {
            Ok(found) => {
                broken += usize::from(found.broken.is_some());
                told(*chain, &found)
            }
            // one that does not read hides none of the others
            Err(StartError::Storage(error @ StorageError::Corrupt(_))) => {
                broken += 1;
                format!("{}: broken ({error})", whose(*chain))
            }
            Err(error) => return Err(error.into()),
        };
        println!("{line}");
    }
    if strays > 0 {
        println!("no organization: broken ({strays} events or ends whose organization is no id)");
    }
    parts.store.close().await;
    match (broken, strays) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::Refused(format!(
            "{strays} events or ends are in no audit chain"
        ))),
        _ => Err(Failure::Refused(format!(
            "{broken} of {} audit chains are broken",
            chains.len()
        ))),
    }
}

fn told(chain: Chain, found: &ChainCheck) -> String {
    let whose = whose(chain);
    let pending = match found.pending {
        0 => String::new(),
        many => format!(", {many} without a place yet"),
    };
    match found.broken {
        None => format!("{whose}: {} events hold{pending}", found.verified),
        Some((flaw, event)) => format!(
            "{whose}: broken ({}){}, {} events before it hold{pending}",
            flaw.as_str(),
            event.map_or(String::new(), |event| format!(" at event {event}")),
            found.verified
        ),
    }
}

fn whose(chain: Chain) -> String {
    match chain {
        Chain::Installation => "the installation".to_owned(),
        Chain::Org(org) => format!("organization {org}"),
    }
}
