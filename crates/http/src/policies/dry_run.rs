//! `POST /v1/vaults/{vault_id}/access/dry-run`. Ours.

use super::create::CreatePolicyRequest;
use super::update::UpdatePolicyRequest;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RawObject, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, PolicyId, VaultId};
use oneclaw_services::{DryRun, DryRunCommand, Flip, Proposal, Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far back to look, in days, unless the request says.
const DEFAULT_DAYS: i64 = 30;
/// How far back one can look, in days.
const MAX_DAYS: i64 = 90;

/// A change of policies that is not made: exactly one of the three.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DryRunRequest {
    /// One more policy.
    #[schema(value_type = Option<CreatePolicyRequest>)]
    #[serde(default)]
    create: Given<RawObject>,
    /// Another text of a policy: its `policy_id`, and the fields of a change.
    #[schema(value_type = Option<DryRunUpdate>)]
    #[serde(default)]
    update: Given<RawObject>,
    /// One policy less.
    #[schema(value_type = Option<DryRunDelete>)]
    #[serde(default)]
    delete: Given<RawObject>,
    /// How many days of recorded accesses to look at; 30 unless given.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 90)]
    #[serde(default)]
    days: Given<i64>,
}

/// Another text of a policy.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the words for the document; the two parts are read apart"
)]
pub(crate) struct DryRunUpdate {
    /// Which policy.
    policy_id: uuid::Uuid,
    /// What would change.
    #[serde(flatten)]
    change: UpdatePolicyRequest,
}

/// Which policy a proposal is about.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DryRunDelete {
    /// Its id.
    #[schema(value_type = uuid::Uuid, required = true)]
    #[serde(default)]
    policy_id: Given<String>,
}

/// Which recorded accesses would end otherwise.
#[derive(Serialize, ToSchema)]
pub(crate) struct DryRunResponse {
    /// `user` or `agent`.
    principal_type: &'static str,
    /// Whose accesses were looked at: those of whom the policy is for.
    #[schema(value_type = uuid::Uuid)]
    principal_id: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
    /// How many of them were to this vault.
    examined: i64,
    /// Whether that was all, and `flips` has all that there is.
    complete: bool,
    /// What would end otherwise, the latest first.
    flips: Vec<FlipResponse>,
}

/// Recorded accesses of one kind that would end otherwise, if the same came now.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlipResponse {
    /// The path.
    path: String,
    /// `read`, `write`, `delete` or `rotate`.
    permission: &'static str,
    /// By today's policies: `allowed` or `denied`.
    was: &'static str,
    /// By those that there would be.
    becomes: &'static str,
    /// How many.
    count: i64,
    /// When the last one was.
    #[schema(format = DateTime)]
    last_at: String,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
}

impl DryRunRequest {
    fn parse(self, vault: VaultId) -> Result<DryRunCommand, Refusal> {
        let mut fields = Fields::new();
        let days = fields.optional("days", self.days, days);
        let create = fields.optional("create", self.create, Ok);
        let update = fields.optional("update", self.update, Ok);
        let delete = fields.optional("delete", self.delete, Ok);
        let asked = fields.finish(|| {
            let days = days?.unwrap_or(DEFAULT_DAYS);
            Some((days, [create?, update?, delete?]))
        });
        let (days, proposals) = asked?;
        let proposal = match proposals {
            [Some(raw), None, None] => created(&raw, vault),
            [None, Some(raw), None] => updated(&raw),
            [None, None, Some(raw)] => deleted(&raw),
            _ => Err(Refusal::field("body", &ONE)),
        }?;
        Ok(DryRunCommand {
            vault,
            proposal,
            days,
        })
    }
}

const ONE: Invalid = Invalid::new("must have exactly one of create, update and delete");

fn days(number: i64) -> Result<i64, Invalid> {
    if (1..=MAX_DAYS).contains(&number) {
        Ok(number)
    } else {
        Err(Invalid::new("must be a whole number from 1 to 90"))
    }
}

fn created(raw: &RawObject, vault: VaultId) -> Result<Proposal, Refusal> {
    let body: CreatePolicyRequest = inner(raw, "create")?;
    let command = body.parse(vault).map_err(|wrong| wrong.within("create"))?;
    Ok(Proposal::Create(command.principal, Box::new(command.terms)))
}

fn updated(raw: &RawObject) -> Result<Proposal, Refusal> {
    let which: DryRunDelete = inner(raw, "update")?;
    let change: UpdatePolicyRequest = inner(raw, "update")?;
    let policy = which.parse().map_err(|wrong| wrong.within("update"))?;
    let change = change.parse().map_err(|wrong| wrong.within("update"))?;
    Ok(Proposal::Update(policy, Box::new(change)))
}

fn deleted(raw: &RawObject) -> Result<Proposal, Refusal> {
    let which: DryRunDelete = inner(raw, "delete")?;
    let policy = which.parse().map_err(|wrong| wrong.within("delete"))?;
    Ok(Proposal::Delete(policy))
}

impl DryRunDelete {
    fn parse(self) -> Result<PolicyId, Refusal> {
        let mut fields = Fields::new();
        let policy = fields.required("policy_id", self.policy_id, |text| PolicyId::parse(&text));
        fields.finish(|| policy)
    }
}

/// An object in the body: its fields never fail to be read, so only the object itself can.
fn inner<'a, T: Deserialize<'a>>(raw: &'a RawObject, field: &str) -> Result<T, Refusal> {
    const WRONG: Invalid = Invalid::new("has the wrong type");
    serde_json::from_str(raw.expose()).map_err(|_| Refusal::field(field, &WRONG))
}

impl From<DryRun> for DryRunResponse {
    fn from(run: DryRun) -> Self {
        Self {
            principal_type: run.principal.kind(),
            principal_id: run.principal.uuid().to_string(),
            since: run.since.to_string(),
            examined: run.examined,
            complete: run.complete,
            flips: run.flips.into_iter().map(FlipResponse::from).collect(),
        }
    }
}

impl From<Flip> for FlipResponse {
    fn from(flip: Flip) -> Self {
        let (was, becomes) = if flip.becomes_allowed {
            ("denied", "allowed")
        } else {
            ("allowed", "denied")
        };
        Self {
            path: flip.path.to_string(),
            permission: flip.permission.as_str(),
            was,
            becomes,
            count: flip.count,
            last_at: flip.last_at.to_string(),
            ip: flip.ip.map(|ip| ip.to_string()),
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/access/dry-run",
    tag = "Policies",
    summary = "Which recorded accesses a change of policies would let through or stop",
    description = "Each recorded access of whom the policy is for is judged by today's policies and by those that there would be, as if it came again now from the same address. Nothing is changed.",
    request_body = DryRunRequest,
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses((status = 200, description = "What would flip", body = DryRunResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<DryRunRequest>,
) -> Answer<Success<DryRunResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse(vault)?));
    let command = screened(&services, &caller, parsed).await?;
    let run = services.policies.dry_run(command, &caller).await?;
    Ok(Success::new(DryRunResponse::from(run)))
}
