//! The credits of one organization, at hand while its chain is held: what they sum to, what the
//! ledger says, and what is left of each purchase stay the same number.

use crate::query::{execute, find, load};
use crate::schema::{credit_accounts, credit_entries, credit_lots};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{
    CreditEntry, CreditEntryId, CreditKind, CreditLot, CreditLotId, MicroUsd, OrgId, Timestamp,
};
use oneclaw_storage::StorageError;
use uuid::Uuid;

/// Credits at hand.
#[derive(Debug)]
pub(crate) struct Purse {
    org: OrgId,
    /// What the account says; `None` = it has none yet.
    account: Option<MicroUsd>,
    /// The sum of the ledger, with the lines that are new.
    balance: MicroUsd,
    lots: Vec<Lot>,
    entries: Vec<CreditEntry>,
}

#[derive(Debug)]
struct Lot {
    lot: CreditLot,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Stored,
    Changed,
    New,
}

fn too_much() -> StorageError {
    StorageError::Unavailable("more credits than can be counted".into())
}

/// What the ledger says of an amount that was taken. Amounts are not below zero themselves.
pub(crate) const fn below_zero(amount: MicroUsd) -> MicroUsd {
    MicroUsd::new(amount.get().saturating_neg())
}

impl Purse {
    fn alive(&self, at: Timestamp) -> impl Iterator<Item = &CreditLot> {
        let lots = self.lots.iter().map(|one| &one.lot);
        lots.filter(move |lot| lot.expires_at > at)
    }

    /// What can be spent at a moment.
    pub(crate) fn spendable(&self, at: Timestamp) -> MicroUsd {
        sum(self.alive(at))
    }

    /// Of it, what ends until then.
    pub(crate) fn ending(&self, at: Timestamp, until: Timestamp) -> MicroUsd {
        sum(self.alive(at).filter(|lot| lot.expires_at <= until))
    }

    /// The sum of the ledger.
    pub(crate) const fn balance(&self) -> MicroUsd {
        self.balance
    }

    /// Whether there is anything to store.
    pub(crate) fn is_changed(&self) -> bool {
        !self.entries.is_empty() || self.lots.iter().any(|one| one.state != State::Stored)
    }

    /// Books off what has ended, by lines whose ids follow from the purchases': none ends twice.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Result<(), StorageError> {
        self.expire_with(now, |lot| Uuid::from_u128(!lot.uuid().as_u128()))
            .map(|_| ())
    }

    /// The same with ids of somebody's choice; tells how much has ended.
    pub(crate) fn expire_with(
        &mut self,
        now: Timestamp,
        mut id: impl FnMut(CreditLotId) -> Uuid,
    ) -> Result<MicroUsd, StorageError> {
        let mut ended = MicroUsd::ZERO;
        let mut lines = Vec::new();
        for one in &mut self.lots {
            let left = one.lot.left;
            if one.lot.expires_at <= now && left > MicroUsd::ZERO {
                ended = ended.plus(left).ok_or_else(too_much)?;
                lines.push((left, id(one.lot.id)));
                one.lot.left = MicroUsd::ZERO;
                one.state = one.state.changed();
            }
        }
        for (left, id) in lines {
            let text = "credits that had ended".to_owned();
            self.enter(CreditKind::Expiry, below_zero(left), id, text, now)?;
        }
        Ok(ended)
    }

    /// Takes from what has not ended, the first to end first; `false` = there is not so much, and
    /// nothing was taken.
    pub(crate) fn take(&mut self, amount: MicroUsd, now: Timestamp) -> bool {
        if amount < MicroUsd::ZERO || self.spendable(now) < amount {
            return false;
        }
        let mut wanted = amount;
        for one in &mut self.lots {
            if wanted == MicroUsd::ZERO {
                break;
            }
            let part = one.lot.left.min(wanted);
            if one.lot.expires_at <= now || part == MicroUsd::ZERO {
                continue;
            }
            if let (Some(left), Some(rest)) = (one.lot.left.minus(part), wanted.minus(part)) {
                one.lot.left = left;
                one.state = one.state.changed();
                wanted = rest;
            }
        }
        wanted == MicroUsd::ZERO
    }

    /// Adds a purchase.
    pub(crate) fn add(&mut self, lot: CreditLot) {
        self.lots.push(Lot {
            lot,
            state: State::New,
        });
        self.lots
            .sort_by_key(|one| (one.lot.expires_at, one.lot.created_at, one.lot.id.uuid()));
    }

    /// Adds a line to the ledger that adds an amount, or takes it where it is below zero.
    pub(crate) fn enter(
        &mut self,
        kind: CreditKind,
        amount: MicroUsd,
        id: Uuid,
        description: String,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.balance = self.balance.plus(amount).ok_or_else(too_much)?;
        self.entries.push(CreditEntry {
            id: CreditEntryId::from_uuid(id),
            kind,
            amount,
            balance: self.balance,
            description,
            created_at: at,
        });
        Ok(())
    }
}

impl State {
    const fn changed(self) -> Self {
        match self {
            Self::New => Self::New,
            Self::Stored | Self::Changed => Self::Changed,
        }
    }
}

fn sum<'a>(lots: impl Iterator<Item = &'a CreditLot>) -> MicroUsd {
    let most = MicroUsd::new(i64::MAX);
    lots.fold(MicroUsd::ZERO, |sum, lot| {
        sum.plus(lot.left).unwrap_or(most)
    })
}

impl Session {
    /// The credits of an organization whose chain is held.
    pub(crate) async fn purse(&mut self, org: OrgId) -> Result<Purse, StorageError> {
        let id = StoredId::from(org);
        let account: Option<i64> = find!(
            self,
            "credit_accounts",
            credit_accounts::table
                .filter(credit_accounts::org_id.eq(id))
                .select(credit_accounts::balance)
        )?;
        let lots = self.lots_of(id).await?;
        let account = account.map(MicroUsd::new);
        Ok(Purse {
            org,
            account,
            balance: account.unwrap_or_default(),
            lots: lots
                .into_iter()
                .map(|lot| Lot {
                    lot,
                    state: State::Stored,
                })
                .collect(),
            entries: Vec::new(),
        })
    }

    /// What is left of each purchase, the first to end first.
    pub(super) async fn lots_of(&mut self, org: StoredId) -> Result<Vec<CreditLot>, StorageError> {
        type Row = (StoredId, i64, i64, StoredTime, StoredTime);
        let rows: Vec<Row> = load!(
            self,
            "credit_lots",
            credit_lots::table
                .filter(credit_lots::org_id.eq(org))
                .filter(credit_lots::remaining.gt(0))
                .order((
                    credit_lots::expires_at,
                    credit_lots::created_at,
                    credit_lots::id,
                ))
                .select((
                    credit_lots::id,
                    credit_lots::granted,
                    credit_lots::remaining,
                    credit_lots::created_at,
                    credit_lots::expires_at,
                ))
        )?;
        let lot = |(id, granted, left, created_at, expires_at): Row| CreditLot {
            id: id.into(),
            granted: MicroUsd::new(granted),
            left: MicroUsd::new(left),
            created_at: created_at.into(),
            expires_at: expires_at.into(),
        };
        Ok(rows.into_iter().map(lot).collect())
    }

    /// Stores what changed of the credits at hand.
    pub(crate) async fn put_purse(&mut self, purse: &Purse) -> Result<(), StorageError> {
        let org = StoredId::from(purse.org);
        let own = credit_accounts::table.filter(credit_accounts::org_id.eq(org));
        let balance = credit_accounts::balance.eq(purse.balance.get());
        if purse.account.is_some() {
            execute!(self, "credit_accounts", diesel::update(own).set(balance))?;
        } else {
            execute!(
                self,
                "credit_accounts",
                diesel::insert_into(credit_accounts::table)
                    .values((credit_accounts::org_id.eq(org), balance))
            )?;
        }
        for one in &purse.lots {
            self.put_lot(org, one).await?;
        }
        for entry in &purse.entries {
            let row = (
                credit_entries::id.eq(StoredId::from(entry.id)),
                credit_entries::org_id.eq(org),
                credit_entries::kind.eq(entry.kind.as_str()),
                credit_entries::amount.eq(entry.amount.get()),
                credit_entries::balance.eq(entry.balance.get()),
                credit_entries::description.eq(entry.description.as_str()),
                credit_entries::created_at.eq(StoredTime::from(entry.created_at)),
            );
            execute!(
                self,
                "credit_entries",
                diesel::insert_into(credit_entries::table).values(row)
            )?;
        }
        Ok(())
    }

    async fn put_lot(&mut self, org: StoredId, one: &Lot) -> Result<(), StorageError> {
        let left = credit_lots::remaining.eq(one.lot.left.get());
        let id = StoredId::from(one.lot.id);
        match one.state {
            State::Stored => {}
            State::Changed => {
                let own = credit_lots::table
                    .filter(credit_lots::org_id.eq(org))
                    .filter(credit_lots::id.eq(id));
                execute!(self, "credit_lots", diesel::update(own).set(left))?;
            }
            State::New => {
                let row = (
                    credit_lots::id.eq(id),
                    credit_lots::org_id.eq(org),
                    credit_lots::granted.eq(one.lot.granted.get()),
                    left,
                    credit_lots::created_at.eq(StoredTime::from(one.lot.created_at)),
                    credit_lots::expires_at.eq(StoredTime::from(one.lot.expires_at)),
                );
                execute!(
                    self,
                    "credit_lots",
                    diesel::insert_into(credit_lots::table).values(row)
                )?;
            }
        }
        Ok(())
    }
}
