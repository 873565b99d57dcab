//! Sessions, refresh tokens, and tokens that were revoked before their time.

use crate::error::corrupt;
use crate::query::{execute, find};
use crate::schema::{refresh_tokens, revoked_tokens, sessions, users};
use crate::session::Session as Conn;
use crate::types::{StoredId, StoredTime};
use crate::users::UserRow;
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{AuthMethod, OrgId, Session, SessionId, Timestamp, TokenId};
use oneclaw_policy::{Access, EndSession, InAccount, LogIn, RevokeToken};
use oneclaw_storage::{NewRefreshToken, RefreshToken, StorageError, WriteSessions};

/// A session.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(Pg, Sqlite))]
struct SessionRow {
    id: StoredId,
    org_id: StoredId,
    user_id: StoredId,
    method: String,
    api_key_id: Option<StoredId>,
    auth_time: StoredTime,
    expires_at: StoredTime,
    second_factor: bool,
    by_device: bool,
}

/// How a session was opened, of its two columns. Who knows the first alone takes a device's for an
/// API key's, which may do less.
pub(crate) fn method_of(word: &str, by_device: bool) -> Result<AuthMethod, StorageError> {
    match AuthMethod::parse(word) {
        Ok(AuthMethod::ApiKey) if by_device => Ok(AuthMethod::Device),
        Ok(method) if !by_device => Ok(method),
        _ => Err(corrupt("sessions.method")),
    }
}

/// The first of the two columns.
fn stored_method(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::Device => AuthMethod::ApiKey.as_str(),
        other => other.as_str(),
    }
}

impl SessionRow {
    fn parse(self) -> Result<Session, StorageError> {
        Ok(Session {
            id: self.id.into(),
            org: self.org_id.into(),
            user: self.user_id.into(),
            method: method_of(&self.method, self.by_device)?,
            second_factor: self.second_factor,
            api_key: self.api_key_id.map(Into::into),
            auth_time: self.auth_time.into(),
            expires_at: self.expires_at.into(),
        })
    }
}

#[async_trait]
impl WriteSessions for Conn {
    async fn insert(
        &mut self,
        access: &Access<LogIn>,
        session: &Session,
    ) -> Result<(), StorageError> {
        let row = SessionRow {
            id: session.id.into(),
            org_id: access.on().org.into(),
            user_id: access.on().user.into(),
            method: stored_method(session.method).to_owned(),
            api_key_id: session.api_key.map(Into::into),
            auth_time: session.auth_time.into(),
            expires_at: session.expires_at.into(),
            second_factor: session.second_factor,
            by_device: session.method == AuthMethod::Device,
        };
        execute!(
            self,
            "sessions",
            diesel::insert_into(sessions::table).values(&row)
        )?;
        Ok(())
    }

    async fn insert_refresh(
        &mut self,
        access: &Access<LogIn>,
        token: &NewRefreshToken,
    ) -> Result<(), StorageError> {
        let org = StoredId::from(access.on().org);
        execute!(
            self,
            "refresh_tokens",
            diesel::insert_into(refresh_tokens::table).values((
                refresh_tokens::token_hash.eq(token.hash.as_slice()),
                refresh_tokens::org_id.eq(org),
                refresh_tokens::session_id.eq(StoredId::from(token.session)),
                refresh_tokens::expires_at.eq(StoredTime::from(token.expires_at)),
            ))
        )?;
        Ok(())
    }

    async fn refresh_org(&mut self, hash: &[u8; 32]) -> Result<Option<OrgId>, StorageError> {
        let org: Option<StoredId> = find!(
            self,
            "refresh_tokens",
            refresh_tokens::table
                .filter(refresh_tokens::token_hash.eq(hash.as_slice()))
                .select(refresh_tokens::org_id)
        )?;
        Ok(org.map(Into::into))
    }

    async fn lock_refresh(
        &mut self,
        org: OrgId,
        hash: &[u8; 32],
    ) -> Result<Option<RefreshToken>, StorageError> {
        let org = StoredId::from(org);
        let token: Option<(StoredId, StoredTime, Option<StoredTime>)> = find!(
            self,
            "refresh_tokens",
            refresh_tokens::table
                .filter(refresh_tokens::org_id.eq(org))
                .filter(refresh_tokens::token_hash.eq(hash.as_slice()))
                .select((
                    refresh_tokens::session_id,
                    refresh_tokens::expires_at,
                    refresh_tokens::spent_at,
                )),
            for_update
        )?;
        let Some((session, expires_at, spent_at)) = token else {
            return Ok(None);
        };
        // Apart from the lock: a join under a lock sees its other tables as they were before the wait.
        let row: Option<(SessionRow, Option<StoredTime>, UserRow)> = find!(
            self,
            "sessions",
            sessions::table
                .inner_join(
                    users::table.on(users::org_id
                        .eq(sessions::org_id)
                        .and(users::id.eq(sessions::user_id)))
                )
                .filter(sessions::org_id.eq(org))
                .filter(sessions::id.eq(session))
                .select((
                    SessionRow::as_select(),
                    sessions::revoked_at,
                    UserRow::as_select()
                ))
        )?;
        let Some((session, revoked_at, user)) = row else {
            return Ok(None);
        };
        Ok(Some(RefreshToken {
            user: user.parse()?,
            session: session.parse()?,
            session_revoked: revoked_at.is_some(),
            expires_at: expires_at.into(),
            spent: spent_at.is_some(),
        }))
    }

    async fn spend_refresh(
        &mut self,
        access: &Access<LogIn>,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let org = StoredId::from(access.on().org);
        let token = refresh_tokens::table
            .filter(refresh_tokens::org_id.eq(org))
            .filter(refresh_tokens::token_hash.eq(hash.as_slice()));
        execute!(
            self,
            "refresh_tokens",
            diesel::update(token).set(refresh_tokens::spent_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }

    async fn end(
        &mut self,
        access: &Access<EndSession>,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let live = sessions::table
            .filter(sessions::org_id.eq(org))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::id.eq(StoredId::from(session)))
            .filter(sessions::revoked_at.is_null());
        execute!(
            self,
            "sessions",
            diesel::update(live).set(sessions::revoked_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }

    async fn end_others(
        &mut self,
        account: InAccount,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(account.org()),
            StoredId::from(account.user()),
        );
        let live = sessions::table
            .filter(sessions::org_id.eq(org))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null());
        let at = sessions::revoked_at.eq(StoredTime::from(now));
        match keep {
            Some(keep) => execute!(
                self,
                "sessions",
                diesel::update(live.filter(sessions::id.ne(StoredId::from(keep)))).set(at)
            )?,
            None => execute!(self, "sessions", diesel::update(live).set(at))?,
        };
        Ok(())
    }

    async fn mark_second_factor(
        &mut self,
        account: InAccount,
        session: SessionId,
    ) -> Result<(), StorageError> {
        let (org, user) = (account.org(), account.user());
        let own = sessions::table
            .filter(sessions::org_id.eq(StoredId::from(org)))
            .filter(sessions::user_id.eq(StoredId::from(user)))
            .filter(sessions::id.eq(StoredId::from(session)));
        execute!(
            self,
            "sessions",
            diesel::update(own).set(sessions::second_factor.eq(true))
        )?;
        Ok(())
    }

    async fn revoke_token(
        &mut self,
        access: &Access<RevokeToken>,
        session: SessionId,
        token: TokenId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let own: Option<StoredId> = find!(
            self,
            "sessions",
            sessions::table
                .filter(sessions::org_id.eq(org))
                .filter(sessions::user_id.eq(user))
                .filter(sessions::id.eq(StoredId::from(session)))
                .select(sessions::id),
            for_key_share
        )?;
        let Some(session) = own else { return Ok(()) };
        execute!(
            self,
            "revoked_tokens",
            diesel::insert_into(revoked_tokens::table)
                .values((
                    revoked_tokens::token_id.eq(StoredId::from(token)),
                    revoked_tokens::org_id.eq(org),
                    revoked_tokens::session_id.eq(session),
                    revoked_tokens::expires_at.eq(StoredTime::from(expires_at)),
                    revoked_tokens::revoked_at.eq(StoredTime::from(now)),
                ))
                .on_conflict(revoked_tokens::token_id)
                .do_nothing()
        )?;
        // Deleted and not spent: a spent one that comes back looks like theft, this one does not.
        let refresh = refresh_tokens::table
            .filter(refresh_tokens::org_id.eq(org))
            .filter(refresh_tokens::session_id.eq(session));
        execute!(self, "refresh_tokens", diesel::delete(refresh))?;
        let own = sessions::table
            .filter(sessions::org_id.eq(org))
            .filter(sessions::id.eq(session));
        execute!(
            self,
            "sessions",
            diesel::update(own).set(sessions::logged_out_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }
}
