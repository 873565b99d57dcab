//! A rotation on the wire.

use crate::answer::Audience;
use oneclaw_domain::CmekJob;
use serde::Serialize;
use utoipa::ToSchema;

/// A rotation of a vault's values from one key of the client to another.
#[derive(Serialize, ToSchema)]
pub(crate) struct CmekJobResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The same as `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    job_id: Option<String>,
    /// The vault.
    #[schema(value_type = uuid::Uuid)]
    vault_id: String,
    /// The key that values were under.
    old_fingerprint: String,
    /// The key that they come under.
    new_fingerprint: String,
    /// `running`, `completed` or `failed`.
    status: &'static str,
    /// Versions of secrets that were under the old key when it began.
    total_secrets: i64,
    /// Versions that it is done with, those among them that did not open.
    processed: i64,
    /// What went wrong.
    error: Option<String>,
    /// When it began.
    #[schema(format = DateTime)]
    started_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    created_at: String,
}

impl CmekJobResponse {
    pub(super) fn new(job: &CmekJob, audience: Audience) -> Self {
        let created_at = job.created_at.to_string();
        Self {
            id: job.id.to_string(),
            job_id: audience.superset(job.id.to_string()),
            vault_id: job.vault.to_string(),
            old_fingerprint: job.old.as_str().to_owned(),
            new_fingerprint: job.new.as_str().to_owned(),
            status: job.state.as_str(),
            total_secrets: job.total,
            // versions that came in meanwhile were done, too
            processed: job.processed.min(job.total),
            error: job.error.clone(),
            started_at: Some(created_at.clone()),
            completed_at: job.completed_at.map(|end| end.to_string()),
            created_at,
        }
    }
}
