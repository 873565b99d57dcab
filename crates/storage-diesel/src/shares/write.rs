//! The writes of the contract.

use super::rows::{NewShareRow, ShareRow};
use crate::error::corrupt;
use crate::query::{execute, fetch, find};
use crate::schema::{secrets, shares, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{
    Email, Principal, Recipient, SecretId, Share, ShareId, ShareReader, Timestamp,
};
use oneclaw_policy::{
    AcceptShare, Access, CreateShare, DeclineShare, InAccount, InOrg, RevokeShare,
};
use oneclaw_storage::{StorageError, WriteShares};

#[async_trait]
impl WriteShares for Session {
    async fn lock_secret(
        &mut self,
        access: &Access<CreateShare>,
        secret: SecretId,
    ) -> Result<bool, StorageError> {
        let on = access.on();
        let there: Option<StoredId> = find!(
            self,
            "secrets",
            secrets::table
                .filter(secrets::org_id.eq(StoredId::from(on.org)))
                .filter(secrets::vault_id.eq(StoredId::from(on.vault)))
                .filter(secrets::path.eq(on.path.as_str()))
                .filter(secrets::id.eq(StoredId::from(secret)))
                .filter(secrets::deleted_at.is_null())
                .select(secrets::id),
            for_share
        )?;
        Ok(there.is_some())
    }

    async fn insert(
        &mut self,
        access: &Access<CreateShare>,
        share: &Share,
        passphrase_hash: Option<&str>,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let row = NewShareRow::new(on.org.into(), on.vault.into(), share, passphrase_hash);
        execute!(
            self,
            "shares",
            diesel::insert_into(shares::table).values(&row)
        )?;
        Ok(())
    }

    async fn lock_for(
        &mut self,
        share: ShareId,
        reader: &ShareReader,
    ) -> Result<Option<Share>, StorageError> {
        let row: Option<ShareRow> = find!(
            self,
            "shares",
            shares::table
                .filter(shares::id.eq(StoredId::from(share)))
                .filter(shares::revoked_at.is_null())
                .select(ShareRow::as_select()),
            for_no_key_update
        )?;
        let Some(row) = row else {
            return Ok(None);
        };
        let path: String = fetch!(
            self,
            "secrets",
            secrets::table
                .filter(secrets::org_id.eq(row.org_id))
                .filter(secrets::vault_id.eq(row.vault_id))
                .filter(secrets::id.eq(row.secret_id))
                .select(secrets::path)
        )?;
        let share = row.at(&path)?;
        // A link is everybody's to read, and nobody's to answer.
        let theirs = share.recipient != Recipient::Link && share.recipient.is(reader);
        Ok(theirs.then_some(share))
    }

    async fn accept(
        &mut self,
        _access: &Access<AcceptShare>,
        share: &Share,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        // The proof is of the reader's organization, the share of its maker's.
        let pending = shares::table
            .filter(shares::org_id.eq(StoredId::from(share.org)))
            .filter(shares::id.eq(StoredId::from(share.id)))
            .filter(shares::accepted_at.is_null());
        execute!(
            self,
            "shares",
            diesel::update(pending).set(shares::accepted_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }

    async fn decline(
        &mut self,
        _access: &Access<DeclineShare>,
        share: &Share,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let open = shares::table
            .filter(shares::org_id.eq(StoredId::from(share.org)))
            .filter(shares::id.eq(StoredId::from(share.id)))
            .filter(shares::declined_at.is_null());
        execute!(
            self,
            "shares",
            diesel::update(open).set(shares::declined_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }

    async fn revoke(
        &mut self,
        access: &Access<RevokeShare>,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let on = access.on();
        let live = shares::table
            .filter(shares::org_id.eq(StoredId::from(on.org)))
            .filter(shares::id.eq(StoredId::from(on.share)))
            .filter(shares::created_by.eq(on.maker.to_string()))
            .filter(shares::revoked_at.is_null());
        let revoked = execute!(
            self,
            "shares",
            diesel::update(live).set(shares::revoked_at.eq(StoredTime::from(now)))
        )?;
        Ok(revoked == 1)
    }

    async fn revoke_of(
        &mut self,
        org: InOrg,
        whose: &[Principal],
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError> {
        self.end_shares(org.org().into(), whose, &[], now).await
    }

    async fn proved_email(&mut self, account: InAccount) -> Result<Option<Email>, StorageError> {
        let email: Option<String> = find!(
            self,
            "users",
            users::table
                .filter(users::org_id.eq(StoredId::from(account.org())))
                .filter(users::id.eq(StoredId::from(account.user())))
                .filter(users::email_verified)
                .select(users::email),
            for_share
        )?;
        email
            .map(|email| Email::parse(&email).map_err(|_| corrupt("users.email")))
            .transpose()
    }
}
