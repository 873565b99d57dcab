//! Tokens and codes by which people prove something about their accounts.

use crate::error::corrupt;
use crate::query::{execute, find};
use crate::schema::account_proofs;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{OrgId, ProofKind, UserId};
use oneclaw_policy::InAccount;
use oneclaw_storage::{NewProof, Proof, StorageError, WriteProofs};

/// A proof.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = account_proofs, check_for_backend(Pg, Sqlite))]
struct ProofRow {
    token_hash: Vec<u8>,
    kind: String,
    org_id: StoredId,
    user_id: StoredId,
    about: Option<String>,
    failures: i64,
    expires_at: StoredTime,
}

impl ProofRow {
    fn parse(self) -> Result<Proof, StorageError> {
        let hash = self.token_hash.try_into();
        Ok(Proof {
            kind: ProofKind::parse(&self.kind).map_err(|_| corrupt("account_proofs.kind"))?,
            hash: hash.map_err(|_| corrupt("account_proofs.token_hash"))?,
            org: self.org_id.into(),
            user: self.user_id.into(),
            about: self.about,
            failures: self.failures,
            expires_at: self.expires_at.into(),
        })
    }
}

/// The proofs of an account that are of one kind.
macro_rules! proofs_of {
    ($account:expr, $kind:expr) => {{
        let account: InAccount = $account;
        account_proofs::table
            .filter(account_proofs::org_id.eq(StoredId::from(account.org())))
            .filter(account_proofs::user_id.eq(StoredId::from(account.user())))
            .filter(account_proofs::kind.eq(ProofKind::as_str($kind)))
    }};
}

/// The one proof of an account that has this hash.
macro_rules! proof_of {
    ($account:expr, $kind:expr, $hash:expr) => {
        proofs_of!($account, $kind).filter(account_proofs::token_hash.eq($hash.as_slice()))
    };
}

#[async_trait]
impl WriteProofs for Session {
    async fn insert(&mut self, account: InAccount, proof: &NewProof) -> Result<(), StorageError> {
        execute!(
            self,
            "account_proofs",
            diesel::insert_into(account_proofs::table).values((
                account_proofs::token_hash.eq(proof.hash.as_slice()),
                account_proofs::kind.eq(proof.kind.as_str()),
                account_proofs::org_id.eq(StoredId::from(account.org())),
                account_proofs::user_id.eq(StoredId::from(account.user())),
                account_proofs::about.eq(proof.about.as_deref()),
                account_proofs::failures.eq(0),
                account_proofs::created_at.eq(StoredTime::from(proof.created_at)),
                account_proofs::expires_at.eq(StoredTime::from(proof.expires_at)),
            ))
        )?;
        Ok(())
    }

    async fn account_of(
        &mut self,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<Option<(OrgId, UserId)>, StorageError> {
        let row: Option<(StoredId, StoredId)> = find!(
            self,
            "account_proofs",
            account_proofs::table
                .filter(account_proofs::token_hash.eq(hash.as_slice()))
                .filter(account_proofs::kind.eq(kind.as_str()))
                .select((account_proofs::org_id, account_proofs::user_id))
        )?;
        Ok(row.map(|(org, user)| (org.into(), user.into())))
    }

    async fn lock(
        &mut self,
        account: InAccount,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<Option<Proof>, StorageError> {
        let row: Option<ProofRow> = find!(
            self,
            "account_proofs",
            proof_of!(account, kind, hash).select(ProofRow::as_select()),
            for_update
        )?;
        row.map(ProofRow::parse).transpose()
    }

    async fn lock_newest(
        &mut self,
        account: InAccount,
        kind: ProofKind,
    ) -> Result<Option<Proof>, StorageError> {
        let row: Option<ProofRow> = find!(
            self,
            "account_proofs",
            proofs_of!(account, kind)
                .order((
                    account_proofs::created_at.desc(),
                    account_proofs::token_hash.desc()
                ))
                .limit(1)
                .select(ProofRow::as_select()),
            for_update
        )?;
        row.map(ProofRow::parse).transpose()
    }

    async fn count_failure(
        &mut self,
        account: InAccount,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<(), StorageError> {
        execute!(
            self,
            "account_proofs",
            diesel::update(proof_of!(account, kind, hash))
                .set(account_proofs::failures.eq(account_proofs::failures + 1))
        )?;
        Ok(())
    }

    async fn spend(
        &mut self,
        account: InAccount,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError> {
        let spent = execute!(
            self,
            "account_proofs",
            diesel::delete(proof_of!(account, kind, hash))
        )?;
        Ok(spent == 1)
    }

    async fn void(&mut self, account: InAccount, kinds: &[ProofKind]) -> Result<u64, StorageError> {
        let mut voided = 0;
        for kind in kinds {
            voided += execute!(
                self,
                "account_proofs",
                diesel::delete(proofs_of!(account, *kind))
            )?;
        }
        Ok(voided as u64)
    }
}
