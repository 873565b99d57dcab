//! What is taken from an account that its owner did not make.

use crate::query::{execute, load};
use crate::schema::{agents, api_keys};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{AgentId, Timestamp};
use oneclaw_policy::InAccount;
use oneclaw_storage::StorageError;
use uuid::Uuid;

/// 16 bytes that nobody knows.
#[expect(
    clippy::disallowed_methods,
    reason = "no id of anything: the hash of a key that nobody has must not be foreseen"
)]
fn unknown() -> Uuid {
    Uuid::new_v4()
}

impl Session {
    /// Revokes the account's keys that were not, and counts them.
    pub(super) async fn revoke_keys_of(
        &mut self,
        account: InAccount,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let live = api_keys::table
            .filter(api_keys::org_id.eq(StoredId::from(account.org())))
            .filter(api_keys::user_id.eq(StoredId::from(account.user())))
            .filter(api_keys::revoked_at.is_null());
        let at = api_keys::revoked_at.eq(StoredTime::from(now));
        Ok(execute!(self, "api_keys", diesel::update(live).set(at))? as u64)
    }

    /// Gives each agent that the person registered a key that nobody has, and an id of its key with
    /// which no token was signed.
    pub(super) async fn void_agents_of(
        &mut self,
        account: InAccount,
    ) -> Result<Vec<AgentId>, StorageError> {
        let org = StoredId::from(account.org());
        let registered: Vec<StoredId> = load!(
            self,
            "agents",
            agents::table
                .filter(agents::org_id.eq(org))
                .filter(agents::created_by.eq(StoredId::from(account.user())))
                .order(agents::id.asc())
                .select(agents::id)
        )?;
        for agent in &registered {
            let hash = [unknown().into_bytes(), unknown().into_bytes()].concat();
            let one = agents::table
                .filter(agents::org_id.eq(org))
                .filter(agents::id.eq(*agent));
            execute!(
                self,
                "agents",
                diesel::update(one).set((
                    agents::key_id.eq(StoredId(unknown())),
                    agents::key_hash.eq(hash.as_slice()),
                ))
            )?;
        }
        Ok(registered.into_iter().map(Into::into).collect())
    }
}
