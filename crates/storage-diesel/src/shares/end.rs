//! Shares end together: locked in the order in which the journal locks them, in one statement and
//! after the versions, so that who ends them and who counts reads wait for each other and never both.

use crate::query::run;
use crate::schema::shares;
use crate::session::{Conn, Session};
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{Principal, ShareId, Timestamp};
use oneclaw_storage::StorageError;

/// Ends the shares that `$live` picks; gives their ids.
macro_rules! end {
    ($session:expr, $live:expr, $now:expr) => {{
        let live = $live;
        if let Conn::Postgres(_) = $session.conn {
            let ids = live().order(shares::id).select(shares::id);
            let locked = run!($session, get_results, ids, ids.for_no_key_update());
            let _ids: Vec<StoredId> = $session.settle("shares", locked)?;
        }
        let end = diesel::update(live())
            .set(shares::revoked_at.eq(StoredTime::from($now)))
            .returning(shares::id);
        let ended = run!($session, get_results, end, end);
        let ended: Vec<StoredId> = $session.settle("shares", ended)?;
        ended
    }};
}

fn shares_of(ids: Vec<StoredId>) -> Vec<ShareId> {
    ids.into_iter().map(Into::into).collect()
}

impl Session {
    /// Ends the shares that `whose` made, that name them, or that are of these secrets.
    pub(crate) async fn end_shares(
        &mut self,
        org: StoredId,
        whose: &[Principal],
        secrets: &[StoredId],
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError> {
        let live = || {
            shares::table
                .filter(shares::org_id.eq(org))
                .filter(shares::revoked_at.is_null())
        };
        let lost = || shares::secret_id.eq_any(secrets.to_vec());
        let ended = if whose.is_empty() {
            // alone, so that it is found by its index
            end!(self, || live().filter(lost()), now)
        } else {
            let names: Vec<String> = whose.iter().map(ToString::to_string).collect();
            let made = || shares::created_by.eq_any(names.clone());
            let given = || shares::recipient.eq_any(names.clone());
            let any = || made().nullable().or(given()).or(lost().nullable());
            end!(self, || live().filter(any()), now)
        };
        Ok(shares_of(ended))
    }

    /// Holds the shares of a vault, or of the whole organization, that is about to go with them.
    pub(crate) async fn hold_shares(
        &mut self,
        org: StoredId,
        vault: Option<StoredId>,
    ) -> Result<Vec<ShareId>, StorageError> {
        let live = shares::table
            .filter(shares::org_id.eq(org))
            .filter(shares::revoked_at.is_null())
            .order(shares::id)
            .select(shares::id);
        let held = if let Some(vault) = vault {
            let own = live.filter(shares::vault_id.eq(vault));
            run!(self, get_results, own, own.for_update())
        } else {
            run!(self, get_results, live, live.for_update())
        };
        Ok(shares_of(self.settle("shares", held)?))
    }
}
