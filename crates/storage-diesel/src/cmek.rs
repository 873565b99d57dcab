//! Keys that customers manage, and rotations from one to another.

use crate::error::corrupt;
use crate::query::{execute, fetch, find};
use crate::schema::{cmek_jobs, secret_versions, vaults};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    CmekFingerprint, CmekJob, CmekJobId, CmekJobState, Timestamp, Vault, VersionId,
};
use oneclaw_policy::{Access, InVault, ReadCmekJob, RotateCmek};
use oneclaw_storage::{JobProgress, ReadCmek, SealedVersion, StorageError, WriteCmek};

/// A rotation.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = cmek_jobs, check_for_backend(Pg, Sqlite))]
struct JobRow {
    id: StoredId,
    org_id: StoredId,
    vault_id: StoredId,
    old_fingerprint: String,
    new_fingerprint: String,
    state: String,
    total: i64,
    processed: i64,
    failed: i64,
    error: Option<String>,
    held_until: StoredTime,
    created_at: StoredTime,
    completed_at: Option<StoredTime>,
}

impl JobRow {
    fn new(vault: InVault, job: &CmekJob) -> Self {
        Self {
            id: job.id.into(),
            org_id: vault.org().into(),
            vault_id: vault.vault().into(),
            old_fingerprint: job.old.as_str().to_owned(),
            new_fingerprint: job.new.as_str().to_owned(),
            state: job.state.as_str().to_owned(),
            total: job.total,
            processed: job.processed,
            failed: job.failed,
            error: job.error.clone(),
            held_until: job.held_until.into(),
            created_at: job.created_at.into(),
            completed_at: job.completed_at.map(Into::into),
        }
    }

    fn parse(self) -> Result<CmekJob, StorageError> {
        Ok(CmekJob {
            id: self.id.into(),
            org: self.org_id.into(),
            vault: self.vault_id.into(),
            old: CmekFingerprint::parse(&self.old_fingerprint)
                .map_err(|_| corrupt("cmek_jobs.old_fingerprint"))?,
            new: CmekFingerprint::parse(&self.new_fingerprint)
                .map_err(|_| corrupt("cmek_jobs.new_fingerprint"))?,
            state: CmekJobState::parse(&self.state).map_err(|_| corrupt("cmek_jobs.state"))?,
            total: self.total,
            processed: self.processed,
            failed: self.failed,
            error: self.error,
            held_until: self.held_until.into(),
            created_at: self.created_at.into(),
            completed_at: self.completed_at.map(Into::into),
        })
    }
}

/// The jobs of a vault.
macro_rules! jobs_of {
    ($org:expr, $vault:expr) => {
        cmek_jobs::table
            .filter(cmek_jobs::org_id.eq(StoredId::from($org)))
            .filter(cmek_jobs::vault_id.eq(StoredId::from($vault)))
    };
}

#[async_trait]
impl ReadCmek for Session {
    async fn job(
        &mut self,
        access: &Access<ReadCmekJob>,
        job: CmekJobId,
    ) -> Result<Option<CmekJob>, StorageError> {
        let on = access.on();
        let row: Option<JobRow> = find!(
            self,
            "cmek_jobs",
            jobs_of!(on.org, on.vault)
                .filter(cmek_jobs::id.eq(StoredId::from(job)))
                .select(JobRow::as_select())
        )?;
        row.map(JobRow::parse).transpose()
    }
}

#[async_trait]
impl WriteCmek for Session {
    async fn lock_vault(&mut self, vault: InVault) -> Result<Option<Vault>, StorageError> {
        self.hold_vault(vault.org(), vault.vault()).await
    }

    async fn set_fingerprint(
        &mut self,
        vault: InVault,
        fingerprint: Option<&CmekFingerprint>,
    ) -> Result<(), StorageError> {
        let own = vaults::table
            .filter(vaults::org_id.eq(StoredId::from(vault.org())))
            .filter(vaults::id.eq(StoredId::from(vault.vault())));
        let text = fingerprint.map(CmekFingerprint::as_str);
        execute!(
            self,
            "vaults",
            diesel::update(own).set(vaults::cmek_fingerprint.eq(text))
        )?;
        Ok(())
    }

    async fn running(&mut self, vault: InVault) -> Result<Option<CmekJob>, StorageError> {
        let row: Option<JobRow> = find!(
            self,
            "cmek_jobs",
            jobs_of!(vault.org(), vault.vault())
                .filter(cmek_jobs::state.eq(CmekJobState::Running.as_str()))
                .select(JobRow::as_select()),
            for_no_key_update
        )?;
        row.map(JobRow::parse).transpose()
    }

    async fn newest_from(
        &mut self,
        vault: InVault,
        old: &CmekFingerprint,
    ) -> Result<Option<CmekJob>, StorageError> {
        let row: Option<JobRow> = find!(
            self,
            "cmek_jobs",
            jobs_of!(vault.org(), vault.vault())
                .filter(cmek_jobs::old_fingerprint.eq(old.as_str()))
                .order((cmek_jobs::created_at.desc(), cmek_jobs::id.desc()))
                .limit(1)
                .select(JobRow::as_select())
        )?;
        row.map(JobRow::parse).transpose()
    }

    async fn insert_job(
        &mut self,
        access: &Access<RotateCmek>,
        job: &CmekJob,
    ) -> Result<(), StorageError> {
        let row = JobRow::new(access.in_vault(), job);
        execute!(
            self,
            "cmek_jobs",
            diesel::insert_into(cmek_jobs::table).values(&row)
        )?;
        Ok(())
    }

    async fn lock_job(
        &mut self,
        vault: InVault,
        job: CmekJobId,
    ) -> Result<Option<CmekJob>, StorageError> {
        let row: Option<JobRow> = find!(
            self,
            "cmek_jobs",
            jobs_of!(vault.org(), vault.vault())
                .filter(cmek_jobs::id.eq(StoredId::from(job)))
                .select(JobRow::as_select()),
            for_no_key_update
        )?;
        row.map(JobRow::parse).transpose()
    }

    async fn count_under(
        &mut self,
        vault: InVault,
        fingerprint: &CmekFingerprint,
    ) -> Result<i64, StorageError> {
        fetch!(
            self,
            "secret_versions",
            secret_versions::table
                .filter(secret_versions::org_id.eq(StoredId::from(vault.org())))
                .filter(secret_versions::vault_id.eq(StoredId::from(vault.vault())))
                .filter(secret_versions::cmek_fingerprint.eq(fingerprint.as_str()))
                .filter(secret_versions::deleted.eq(false))
                .filter(secret_versions::disabled.eq(false))
                .count()
        )
    }

    async fn lock_batch(
        &mut self,
        vault: InVault,
        fingerprint: &CmekFingerprint,
        after: Option<VersionId>,
        many: i64,
    ) -> Result<Vec<SealedVersion>, StorageError> {
        self.lock_under_key(vault, fingerprint, after, many).await
    }

    async fn rewrite(
        &mut self,
        vault: InVault,
        version: VersionId,
        envelope: &[u8],
        fingerprint: &CmekFingerprint,
    ) -> Result<(), StorageError> {
        let own = secret_versions::table
            .filter(secret_versions::org_id.eq(StoredId::from(vault.org())))
            .filter(secret_versions::vault_id.eq(StoredId::from(vault.vault())))
            .filter(secret_versions::id.eq(StoredId::from(version)));
        let set = (
            secret_versions::envelope.eq(envelope),
            secret_versions::cmek_fingerprint.eq(fingerprint.as_str()),
        );
        execute!(self, "secret_versions", diesel::update(own).set(set))?;
        Ok(())
    }

    async fn note_progress(
        &mut self,
        vault: InVault,
        job: CmekJobId,
        progress: &JobProgress,
    ) -> Result<(), StorageError> {
        let own =
            jobs_of!(vault.org(), vault.vault()).filter(cmek_jobs::id.eq(StoredId::from(job)));
        let set = (
            cmek_jobs::processed.eq(cmek_jobs::processed + progress.processed),
            cmek_jobs::failed.eq(cmek_jobs::failed + progress.failed),
            cmek_jobs::held_until.eq(StoredTime::from(progress.held_until)),
        );
        execute!(self, "cmek_jobs", diesel::update(own).set(set))?;
        Ok(())
    }

    async fn finish(
        &mut self,
        vault: InVault,
        job: CmekJobId,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let state = match error {
            None => CmekJobState::Completed,
            Some(_) => CmekJobState::Failed,
        };
        let running = jobs_of!(vault.org(), vault.vault())
            .filter(cmek_jobs::id.eq(StoredId::from(job)))
            .filter(cmek_jobs::state.eq(CmekJobState::Running.as_str()));
        let set = (
            cmek_jobs::state.eq(state.as_str()),
            cmek_jobs::error.eq(error),
            cmek_jobs::completed_at.eq(StoredTime::from(now)),
        );
        execute!(self, "cmek_jobs", diesel::update(running).set(set))?;
        Ok(())
    }
}
