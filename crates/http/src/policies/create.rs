//! `POST /v1/vaults/{vault_id}/policies`

use super::fields::{attributes, conditions, no_consensus, principal, schema_version};
use super::response::PolicyResponse;
use crate::answer::{Answer, Audience, Created};
use crate::extract::{Bearer, Body, Fields, Given, RawObject, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{
    Effect, GrantTerms, Metadata, PathPattern, Permissions, Priority, Timestamp, VaultId,
};
use oneclaw_services::{CreatePolicyCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// The form of policies that a client means when it does not say.
const NEWEST_FORM: i64 = 2;

/// A new policy.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct CreatePolicyRequest {
    /// The paths: `*` is within one segment, `**` any number of segments, all else itself.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 512)]
    #[serde(default)]
    secret_path_pattern: Given<String>,
    /// `user` or `agent`.
    #[schema(value_type = String, required = true, pattern = "^(user|agent)$")]
    #[serde(default)]
    principal_type: Given<String>,
    /// Whom it is for: a user or agent of this organization; `user:` or `agent:` may stand in front.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    principal_id: Given<String>,
    /// `read`, `write`, `delete`, `rotate`, or `*` alone for all four; `write` does not imply `read`.
    #[schema(value_type = Vec<String>, required = true, min_items = 1)]
    #[serde(default)]
    permissions: Given<Vec<String>>,
    /// When it holds: `ip_allowlist`, `time_window`, `environment_in`; all that are given must.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    conditions: Given<RawObject>,
    /// When it ends; in the future.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
    /// `allow` or `deny`; `allow` unless given.
    #[schema(value_type = Option<String>, pattern = "^(allow|deny)$")]
    #[serde(default)]
    effect: Given<String>,
    /// Which of several decides: the highest; `deny` among equals. 0 unless given.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000)]
    #[serde(default)]
    priority: Given<i64>,
    /// For which roles of users it holds: `principal_role`.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    attribute_conditions: Given<RawObject>,
    /// Kept, without effect on secrets.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    tx_conditions: Given<RawObject>,
    /// Not supported: anything but `null` is refused.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    consensus_trigger: Given<RawObject>,
    /// The form that it is written in: 1 or 2, without effect.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 2)]
    #[serde(default)]
    policy_schema_version: Given<i64>,
}

impl CreatePolicyRequest {
    pub(super) fn parse(self, vault: VaultId) -> Result<CreatePolicyCommand, Refusal> {
        let mut fields = Fields::new();
        let pattern = fields.required("secret_path_pattern", self.secret_path_pattern, |text| {
            PathPattern::parse(&text)
        });
        let principal = principal(&mut fields, self.principal_type, self.principal_id);
        let permissions = fields.required("permissions", self.permissions, |words| {
            Permissions::parse(&words)
        });
        let conditions = fields.optional("conditions", self.conditions, |raw| conditions(&raw));
        let expires_at = fields.optional("expires_at", self.expires_at, |text| {
            Timestamp::parse(&text)
        });
        let effect = fields.optional("effect", self.effect, |text| Effect::parse(&text));
        let priority = fields.optional("priority", self.priority, Priority::parse);
        let attributes =
            fields.optional("attribute_conditions", self.attribute_conditions, |raw| {
                attributes(&raw)
            });
        let tx_conditions = fields.optional("tx_conditions", self.tx_conditions, |raw| {
            Metadata::parse(raw.expose())
        });
        let form = self.policy_schema_version;
        let form = fields.optional("policy_schema_version", form, schema_version);
        let consensus = no_consensus(&mut fields, &self.consensus_trigger);
        fields.finish(|| {
            consensus?;
            let terms = GrantTerms {
                pattern: pattern?,
                permissions: permissions?,
                effect: effect?.unwrap_or(Effect::Allow),
                priority: priority?.unwrap_or_default(),
                conditions: conditions?.unwrap_or_default(),
                attributes: attributes?.unwrap_or_default(),
                expires_at: expires_at?,
            };
            Some(CreatePolicyCommand {
                vault,
                principal: principal?,
                terms,
                tx_conditions: tx_conditions?,
                schema_version: form?.unwrap_or(NEWEST_FORM),
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/policies",
    tag = "Policies",
    summary = "Give, or deny, somebody access to paths of a vault",
    request_body = CreatePolicyRequest,
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses((status = 201, description = "The policy; it holds from the next request on", body = PolicyResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<CreatePolicyRequest>,
) -> Answer<Created<PolicyResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse(vault)?));
    let command = screened(&services, &caller, parsed).await?;
    let made = services.policies.create(command, &caller).await?;
    Ok(Created::new(PolicyResponse::new(
        &made.into_inner(),
        audience,
    )))
}
