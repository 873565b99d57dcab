//! Chains held by the commit that extends them.

use super::HeadRow;
use super::statements::{LockChains, LockedChain};
use crate::query::{execute, run};
use crate::schema::{audit_chains, sqlite_sequence};
use crate::session::{Conn, Session};
use crate::types::StoredId;
use diesel::prelude::*;
use diesel::{QueryResult, SqliteConnection};
use oneclaw_domain::{Chain, ChainHead, ChainLink, EventRecord, Timestamp};
use oneclaw_storage::{ChainKeeper, StorageError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A chain that nobody else extends until the transaction ends.
#[derive(Debug)]
struct HeldChain {
    /// Its end; `None` = it is not there.
    head: Option<ChainHead>,
    /// Whether it held when it was read. One that did not is extended, and never signed again.
    is_sound: bool,
    /// Numbers of rows for its events, the lowest last.
    seqs: Vec<i64>,
}

/// The chains of one commit.
pub(crate) struct HeldChains {
    keeper: Option<Arc<dyn ChainKeeper>>,
    chains: BTreeMap<Chain, HeldChain>,
}

impl HeldChains {
    /// The number of an event's row, and its place behind its chain's end; no place where nobody
    /// links events.
    pub(crate) fn link(
        &mut self,
        event: &EventRecord,
    ) -> Result<(i64, Option<ChainLink>), StorageError> {
        let held = self.chains.get_mut(&Chain::of(event.org));
        let seq = held.and_then(|held| held.seqs.pop()).ok_or_else(not_held)?;
        if self.keeper.is_none() {
            return Ok((seq, None));
        }
        Ok((seq, Some(self.place(seq, event)?)))
    }

    /// The place behind its chain's end of an event whose row has a number.
    pub(crate) fn place(
        &mut self,
        seq: i64,
        event: &EventRecord,
    ) -> Result<ChainLink, StorageError> {
        let keeper = self.keeper.as_ref().ok_or_else(not_held)?;
        let held = self.chains.get_mut(&Chain::of(event.org));
        let held = held.ok_or_else(not_held)?;
        let head = held.head.take().ok_or_else(not_held)?;
        let (link, head) = keeper.link(head, seq, event)?;
        held.head = Some(head);
        Ok(link)
    }

    /// The end of a chain, if it held when it was read.
    pub(crate) fn sound(&self, chain: Chain) -> Option<&ChainHead> {
        let held = self.chains.get(&chain).filter(|held| held.is_sound);
        held.and_then(|held| held.head.as_ref())
    }

    /// Changes what an end says of its beginning.
    pub(crate) fn replace(&mut self, head: ChainHead) {
        if let Some(held) = self.chains.get_mut(&head.chain) {
            held.head = Some(head);
        }
    }

    /// The new ends, signed where they held before.
    pub(crate) fn ends(self) -> Vec<ChainHead> {
        let Some(keeper) = self.keeper else {
            return Vec::new();
        };
        let end = |held: HeldChain| {
            let head = held.head?;
            Some(if held.is_sound {
                keeper.sign(head)
            } else {
                ChainHead {
                    mac: Vec::new(),
                    ..head
                }
            })
        };
        self.chains.into_values().filter_map(end).collect()
    }
}

fn not_held() -> StorageError {
    StorageError::Backend("a chain was not held for its event".into())
}

/// What a commit wants of one chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WantedPlaces {
    /// How many events.
    pub(crate) events: i64,
    /// The earliest of them.
    pub(crate) first: Timestamp,
    /// The latest.
    pub(crate) last: Timestamp,
}

impl Session {
    /// Holds the chains until the transaction ends: after all other locks, before anything of their
    /// organizations is counted or charged. One that is not there is begun, where somebody links.
    pub(crate) async fn hold_chains(
        &mut self,
        wanted: &BTreeMap<Chain, WantedPlaces>,
    ) -> Result<HeldChains, StorageError> {
        let keeper = self.books.keeper();
        let places = wanted.iter().map(|(chain, want)| (*chain, want.events));
        let mut chains = self.lock_chains(&places.collect()).await?;
        let Some(keeper) = keeper else {
            return Ok(HeldChains {
                keeper: None,
                chains,
            });
        };
        self.learn_keys(&*keeper, wanted, &chains).await?;
        let is_missing = |held: &HeldChain| held.head.is_none();
        if chains.values().any(is_missing) {
            for (chain, want) in wanted {
                if chains.get(chain).is_none_or(is_missing) {
                    self.begin_chain(&*keeper, *chain, want.first).await?;
                }
            }
            let none = wanted.keys().map(|chain| (*chain, 0)).collect();
            for (chain, begun) in self.lock_chains(&none).await? {
                if let Some(held) = chains.get_mut(&chain) {
                    held.head = begun.head;
                }
            }
        }
        for held in chains.values_mut() {
            held.is_sound = held.head.as_ref().is_some_and(|head| keeper.holds(head));
        }
        Ok(HeldChains {
            keeper: Some(keeper),
            chains,
        })
    }

    /// A process that slept must not hash with a key that was replaced meanwhile, nor take an end for
    /// forged that was signed with the new one.
    async fn learn_keys(
        &mut self,
        keeper: &dyn ChainKeeper,
        wanted: &BTreeMap<Chain, WantedPlaces>,
        held: &BTreeMap<Chain, HeldChain>,
    ) -> Result<(), StorageError> {
        let is_behind =
            |want: &WantedPlaces| keeper.is_behind(want.first) || keeper.is_behind(want.last);
        // one that nobody signs names no key
        let is_strange = |head: &ChainHead| !head.mac.is_empty() && !keeper.knows(&head.key);
        let mut heads = held.values().filter_map(|held| held.head.as_ref());
        if wanted.values().any(is_behind) || heads.any(is_strange) {
            let keys = self.stored_chain_keys().await?;
            keeper.learn(&keys).await?;
        }
        Ok(())
    }

    /// Begins a chain that is not there. The loss of one that was there does not look like a
    /// beginning: nobody signs what is begun then.
    async fn begin_chain(
        &mut self,
        keeper: &dyn ChainKeeper,
        chain: Chain,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let head = if keeper.may_begin(chain, at) {
            keeper.open(chain)
        } else {
            tracing::error!(chain = %chain.uuid(), "the end of an audit chain is gone");
            ChainHead::empty(chain)
        };
        self.insert_chain(&head).await
    }

    /// Adds a chain, unless there is one.
    pub(crate) async fn insert_chain(&mut self, head: &ChainHead) -> Result<(), StorageError> {
        let row = HeadRow::from(head);
        execute!(
            self,
            "audit_chains",
            diesel::insert_into(audit_chains::table)
                .values(&row)
                .on_conflict_do_nothing()
        )?;
        Ok(())
    }

    /// Holds one chain, before the organization's usage or credits are read or written.
    pub(crate) async fn hold_chain(
        &mut self,
        chain: Chain,
    ) -> Result<Option<ChainHead>, StorageError> {
        let mut held = self.lock_chains(&BTreeMap::from([(chain, 0)])).await?;
        Ok(held.remove(&chain).and_then(|held| held.head))
    }

    /// Holds all chains, in their order.
    pub(crate) async fn hold_all_chains(&mut self) -> Result<(), StorageError> {
        if let Conn::Sqlite(_) = self.conn {
            return Ok(());
        }
        let all = audit_chains::table
            .order(audit_chains::chain)
            .select(audit_chains::chain);
        let locked = run!(self, get_results, all, all.for_no_key_update());
        let _ids: Vec<StoredId> = self.settle("audit_chains", locked)?;
        Ok(())
    }

    async fn lock_chains(
        &mut self,
        wanted: &BTreeMap<Chain, i64>,
    ) -> Result<BTreeMap<Chain, HeldChain>, StorageError> {
        self.count();
        let lock = LockChains {
            chains: wanted.keys().map(|chain| StoredId(chain.uuid())).collect(),
            events: wanted.values().copied().collect(),
        };
        let locked = match &mut self.conn {
            Conn::Sqlite(lease) => lease.connection().and_then(|conn| held_here(conn, wanted)),
            Conn::Postgres(lease) => match lease.connection() {
                Ok(connection) => {
                    diesel_async::RunQueryDsl::get_results::<LockedChain>(lock, connection).await
                }
                Err(error) => Err(error),
            },
        };
        let rows = self.settle("audit_chains", locked)?;
        Ok(rows.into_iter().map(held).collect())
    }
}

/// On SQLite the transaction holds the only right to write; numbers follow the last that was given.
fn held_here(
    connection: &mut SqliteConnection,
    wanted: &BTreeMap<Chain, i64>,
) -> QueryResult<Vec<LockedChain>> {
    let last: Option<i64> = sqlite_sequence::table
        .filter(sqlite_sequence::name.eq("audit_events"))
        .select(sqlite_sequence::seq)
        .get_result(connection)
        .optional()?;
    let mut next = last.unwrap_or(0).saturating_add(1);
    let mut rows = Vec::with_capacity(wanted.len());
    for (chain, events) in wanted {
        let id = StoredId(chain.uuid());
        let head: Option<HeadRow> = audit_chains::table
            .filter(audit_chains::chain.eq(id))
            .select(HeadRow::as_select())
            .get_result(connection)
            .optional()?;
        let seqs = (next..next.saturating_add(*events)).collect();
        next = next.saturating_add(*events);
        rows.push(match head {
            None => (id, seqs, None, None, None, None, None, None, None, None),
            Some(head) => (
                id,
                seqs,
                Some(head.length),
                head.last_event_id,
                Some(head.last_hash),
                Some(head.pruned),
                Some(head.pruned_hash),
                head.pruned_event_id,
                Some(head.key_id),
                Some(head.mac),
            ),
        });
    }
    Ok(rows)
}

fn held(row: LockedChain) -> (Chain, HeldChain) {
    let (id, mut seqs, length, last, hash, pruned, pruned_hash, pruned_last, key, mac) = row;
    seqs.sort_unstable_by(|one, other| other.cmp(one));
    let head = length.map(|length| {
        HeadRow {
            chain: id,
            length,
            last_event_id: last,
            last_hash: hash.unwrap_or_default(),
            pruned: pruned.unwrap_or_default(),
            pruned_hash: pruned_hash.unwrap_or_default(),
            pruned_event_id: pruned_last,
            key_id: key.unwrap_or_default(),
            mac: mac.unwrap_or_default(),
        }
        .parse()
    });
    let held = HeldChain {
        head,
        is_sound: false,
        seqs,
    };
    (Chain::from_uuid(id.0), held)
}
