//! Somebody looks at what moved the organization's credits.

use super::Billing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{CreditEntry, PageSize};
use oneclaw_policy::ListCreditEntries;

/// Which lines of the ledger are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntriesRequest {
    /// How many are left out at the newest end.
    pub skip: i64,
    /// How many are given.
    pub size: PageSize,
}

/// Lines of the ledger.
#[derive(Clone, Debug)]
pub struct CreditEntries {
    /// Newest first.
    pub entries: Vec<CreditEntry>,
    /// How many lines there are.
    pub total: i64,
}

impl Billing {
    /// Lines of the organization's credit ledger. What has ended is booked off before.
    ///
    /// # Errors
    /// The caller is no person of it.
    pub async fn entries(
        &self,
        wanted: EntriesRequest,
        caller: &Caller,
    ) -> Result<CreditEntries, Refusal> {
        let core = &*self.core;
        let event = core.event::<ListCreditEntries>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListCreditEntries>(store, caller, caller.org_scope(), core.now())
                .await?;
            core.credits_of(access.in_org()).await?;
            let mut reader = store.read().await?;
            let lines = reader
                .billing()
                .entries(access.in_org(), wanted.skip, wanted.size);
            let (entries, total) = lines.await?;
            drop(reader); // the journal takes a connection of its own
            let entries = CreditEntries { entries, total };
            Ok(core.journal.record(event.clone()).await?.covers(entries))
        }
        .await;
        core.settle(event, done).await
    }
}
