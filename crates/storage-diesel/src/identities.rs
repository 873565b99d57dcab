//! Who people are to OpenID Connect issuers.

use crate::query::{execute, fetch, find};
use crate::schema::{identities, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use oneclaw_domain::{AuthMethod, FederatedIdentity, OrgId, Timestamp, UserId};
use oneclaw_policy::{Access, InAccount, LinkIdentity};
use oneclaw_storage::{StorageError, WriteIdentities};

#[async_trait]
impl WriteIdentities for Session {
    async fn account_of(
        &mut self,
        identity: &FederatedIdentity,
    ) -> Result<Option<(OrgId, UserId)>, StorageError> {
        let row: Option<(StoredId, StoredId)> = find!(
            self,
            "identities",
            identities::table
                .filter(identities::issuer.eq(identity.issuer.as_str()))
                .filter(identities::subject.eq(identity.subject.as_str()))
                .select((identities::org_id, identities::user_id))
        )?;
        Ok(row.map(|(org, user)| (org.into(), user.into())))
    }

    async fn is_linked(
        &mut self,
        access: &Access<LinkIdentity>,
        issuer: &str,
    ) -> Result<bool, StorageError> {
        let on = access.on();
        let linked = identities::table
            .filter(identities::org_id.eq(StoredId::from(on.org)))
            .filter(identities::user_id.eq(StoredId::from(on.user)))
            .filter(identities::issuer.eq(issuer))
            .select(identities::subject);
        fetch!(self, "identities", diesel::select(exists(linked)))
    }

    async fn insert(
        &mut self,
        access: &Access<LinkIdentity>,
        identity: &FederatedIdentity,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let on = access.on();
        execute!(
            self,
            "identities",
            diesel::insert_into(identities::table).values((
                identities::issuer.eq(identity.issuer.as_str()),
                identities::subject.eq(identity.subject.as_str()),
                identities::org_id.eq(StoredId::from(on.org)),
                identities::user_id.eq(StoredId::from(on.user)),
                identities::created_at.eq(StoredTime::from(now)),
            ))
        )?;
        Ok(())
    }

    async fn untie(&mut self, account: InAccount) -> Result<u64, StorageError> {
        let (org, user) = (
            StoredId::from(account.org()),
            StoredId::from(account.user()),
        );
        let tied = identities::table
            .filter(identities::org_id.eq(org))
            .filter(identities::user_id.eq(user));
        let untied = execute!(self, "identities", diesel::delete(tied))?;
        let one = users::table
            .filter(users::org_id.eq(org))
            .filter(users::id.eq(user));
        let method = users::auth_method.eq(AuthMethod::Password.as_str());
        execute!(self, "users", diesel::update(one).set(method))?;
        Ok(untied as u64)
    }
}
