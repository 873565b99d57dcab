//! `oneclaw audit check`: the chains in the store.

use oneclaw_domain::{Chain, OrgId};
use oneclaw_services::{AuditAdmin, ChainCheck};

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
    let chains = match org {
        Some(org) => vec![Chain::Org(org)],
        None => admin.chains().await?,
    };
    let mut broken = 0_usize;
    for chain in &chains {
        let found = admin.check(*chain).await?;
        broken += usize::from(found.broken.is_some());
        println!("{}", told(*chain, &found));
    }
    parts.store.close().await;
    if broken == 0 {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{broken} of {} audit chains are broken",
        chains.len()
    )))
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
