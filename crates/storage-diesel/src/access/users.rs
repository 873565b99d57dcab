//! People, as far as it decides what they may do.

use super::read::Identity;
use crate::api_keys::scopes_of;
use crate::error::corrupt;
use crate::query::find;
use crate::schema::{api_keys, orgs, revoked_tokens, sessions, users};
use crate::session::Session;
use crate::sessions::method_of;
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::dsl::exists;
use diesel::prelude::*;
use oneclaw_domain::{ApiKeyId, Epoch, OrgId, Role, SessionId, TokenId, UserId};
use oneclaw_storage::{KeyFacts, PrincipalFacts, SessionFacts, StorageError};

/// A session without its place.
type SessionColumns = (
    String,
    bool,
    bool,
    StoredTime,
    StoredTime,
    Option<StoredTime>,
    Option<StoredTime>,
);
/// A key, as far as it decides.
type KeyColumns = (StoredJson, Option<StoredTime>, Option<StoredTime>);

fn key_facts((scopes, expires_at, revoked_at): KeyColumns) -> Result<KeyFacts, StorageError> {
    Ok(KeyFacts {
        scopes: scopes_of(scopes)?,
        expires_at: expires_at.map(Into::into),
        revoked: revoked_at.is_some(),
    })
}

fn session_facts(row: SessionColumns, token_revoked: bool) -> Result<SessionFacts, StorageError> {
    let (method, by_device, second_factor, auth_time, expires_at, revoked_at, logged_out_at) = row;
    Ok(SessionFacts {
        method: method_of(&method, by_device)?,
        second_factor,
        auth_time: auth_time.into(),
        expires_at: expires_at.into(),
        revoked: revoked_at.is_some(),
        logged_out: logged_out_at.is_some(),
        token_revoked,
    })
}

pub(crate) fn role_of(word: &str) -> Result<Role, StorageError> {
    Role::parse(word).map_err(|_| corrupt("users.role"))
}

impl Session {
    pub(super) async fn user_by_token(
        &mut self,
        org: OrgId,
        user: UserId,
        session: SessionId,
        token: TokenId,
    ) -> Result<Option<Identity>, StorageError> {
        type Row = (i64, String, SessionColumns, bool, Option<KeyColumns>);
        let (org, user) = (StoredId::from(org), StoredId::from(user));
        let (session, token) = (StoredId::from(session), StoredId::from(token));
        let row: Option<Row> = find!(
            self,
            "sessions",
            users::table
                .inner_join(orgs::table.on(orgs::id.eq(users::org_id)))
                .inner_join(
                    sessions::table.on(sessions::org_id
                        .eq(users::org_id)
                        .and(sessions::user_id.eq(users::id)))
                )
                .left_join(
                    api_keys::table.on(api_keys::org_id
                        .eq(sessions::org_id)
                        .and(api_keys::id.nullable().eq(sessions::api_key_id)))
                )
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .filter(sessions::id.eq(session))
                .select((
                    orgs::authz_epoch,
                    users::role,
                    (
                        sessions::method,
                        sessions::by_device,
                        sessions::second_factor,
                        sessions::auth_time,
                        sessions::expires_at,
                        sessions::revoked_at,
                        sessions::logged_out_at
                    ),
                    exists(
                        revoked_tokens::table
                            .filter(revoked_tokens::token_id.eq(token))
                            .filter(revoked_tokens::org_id.eq(org))
                    ),
                    (api_keys::scopes, api_keys::expires_at, api_keys::revoked_at).nullable(),
                ))
        )?;
        let Some((epoch, role, session, token_revoked, key)) = row else {
            return Ok(None);
        };
        Ok(Some(Identity {
            epoch: Epoch(epoch),
            who: PrincipalFacts::User(role_of(&role)?),
            session: Some(session_facts(session, token_revoked)?),
            key: key.map(key_facts).transpose()?,
        }))
    }

    pub(super) async fn user_by_key(
        &mut self,
        org: OrgId,
        user: UserId,
        key: ApiKeyId,
    ) -> Result<Option<Identity>, StorageError> {
        let (org, user, key) = (
            StoredId::from(org),
            StoredId::from(user),
            StoredId::from(key),
        );
        let row: Option<(i64, String, KeyColumns)> = find!(
            self,
            "api_keys",
            users::table
                .inner_join(orgs::table.on(orgs::id.eq(users::org_id)))
                .inner_join(
                    api_keys::table.on(api_keys::org_id
                        .eq(users::org_id)
                        .and(api_keys::user_id.eq(users::id)))
                )
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .filter(api_keys::id.eq(key))
                .select((
                    orgs::authz_epoch,
                    users::role,
                    (api_keys::scopes, api_keys::expires_at, api_keys::revoked_at),
                ))
        )?;
        let Some((epoch, role, key)) = row else {
            return Ok(None);
        };
        Ok(Some(Identity {
            epoch: Epoch(epoch),
            who: PrincipalFacts::User(role_of(&role)?),
            session: None,
            key: Some(key_facts(key)?),
        }))
    }

    pub(super) async fn user_alone(
        &mut self,
        org: OrgId,
        user: UserId,
    ) -> Result<Option<Identity>, StorageError> {
        let (org, user) = (StoredId::from(org), StoredId::from(user));
        let row: Option<(i64, String)> = find!(
            self,
            "users",
            users::table
                .inner_join(orgs::table.on(orgs::id.eq(users::org_id)))
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select((orgs::authz_epoch, users::role))
        )?;
        let Some((epoch, role)) = row else {
            return Ok(None);
        };
        Ok(Some(Identity {
            epoch: Epoch(epoch),
            who: PrincipalFacts::User(role_of(&role)?),
            session: None,
            key: None,
        }))
    }
}
