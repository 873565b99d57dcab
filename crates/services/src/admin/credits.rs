//! An administrator gives an organization credits, or takes them.

use super::administrator::done_to;
use super::{Admin, Administrator};
use crate::Refusal;
use crate::billing::TOO_MUCH;
use crate::core::{Core, Step, require};
use oneclaw_domain::{
    CREDIT_MONTHS, CreditEntryId, CreditKind, CreditLot, CreditLotId, MicroUsd, OrgId, Timestamp,
};
use oneclaw_policy::GrantCredits;
use oneclaw_storage::{CreditChange, LockMode, Recorded};

/// What the ledger says where nothing is given.
const GIVEN: &str = "Given by an administrator";
const TAKEN: &str = "Taken by an administrator";
/// The latest end of given credits, in months.
const LONGEST: i64 = 120;

/// How much, and what for.
#[derive(Clone, Debug)]
pub struct CreditsCommand {
    /// How much; below zero to take.
    pub amount: MicroUsd,
    /// What the ledger says.
    pub description: Option<String>,
    /// From when on they cannot be spent; 12 months from now where nothing is given.
    pub expires_at: Option<Timestamp>,
}

impl Admin {
    /// Gives an organization credits, or takes them, those first that end first; gives what it can
    /// spend then.
    ///
    /// # Errors
    /// No such organization; it has not so many, or would have more than can be counted; an end that is over, or where nothing is given;
    /// whoever asks does not run the installation.
    pub async fn change_credits(
        &self,
        org: OrgId,
        command: CreditsCommand,
        by: Administrator<'_>,
    ) -> Result<Recorded<MicroUsd>, Refusal> {
        let core = &*self.core;
        let on = by.about(org);
        let event = by.event::<GrantCredits>(core, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Exclusive;
            let access = by
                .judge_in::<GrantCredits>(core, &mut *tx, on, mode)
                .await?;
            let in_org = access.in_administered().ok_or(Refusal::NotFound)?;
            let change = change(core, &command)?;
            let balance = tx.billing().change_credits(in_org, &change).await?;
            let balance = balance.ok_or(Refusal::Conflict(match &change.lot {
                Some(_) => TOO_MUCH,
                None => "The organization has not so many credits",
            }))?;
            let event = done_to(event.clone(), org)
                .with("amount_usd", command.amount.dollars())
                .with("balance_usd", balance.dollars())
                .with("description", change.description);
            Ok(tx.commit(event).await?.yields(balance))
        }
        .await;
        core.settle(event, done).await
    }
}

fn change(core: &Core, command: &CreditsCommand) -> Step<CreditChange> {
    let (now, amount) = (core.now(), command.amount);
    let gives = amount > MicroUsd::ZERO;
    let ends_well = |end: Timestamp| end > now && end <= now.plus_months(LONGEST);
    let is_good = command.expires_at.is_none_or(|end| gives && ends_well(end));
    let reason = "must be in the next 120 months, and only where credits are given";
    require("expires_at", is_good, reason)?;
    let lot = gives.then(|| CreditLot {
        id: core.id(CreditLotId::from_uuid),
        granted: amount,
        left: amount,
        created_at: now,
        expires_at: command
            .expires_at
            .unwrap_or_else(|| now.plus_months(CREDIT_MONTHS)),
    });
    let taken = if gives {
        MicroUsd::ZERO
    } else {
        MicroUsd::new(amount.get().saturating_neg())
    };
    let usual = if gives { GIVEN } else { TAKEN };
    Ok(CreditChange {
        lot,
        taken,
        entry: core.id(CreditEntryId::from_uuid),
        kind: CreditKind::Adjustment,
        description: command
            .description
            .clone()
            .unwrap_or_else(|| usual.to_owned()),
        at: now,
    })
}
