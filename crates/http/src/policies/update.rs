//! `PUT /v1/vaults/{vault_id}/policies/{policy_id}`

use super::fields::{PrincipalId, PrincipalType, attributes, conditions, no_consensus};
use super::response::PolicyResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RawObject, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{
    Effect, Metadata, PathPattern, Permissions, PolicyId, Priority, Timestamp, VaultId,
};
use oneclaw_services::{PolicyChange, Refusal, Repeated, Services, UpdatePolicyCommand};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a policy shall say; what is left out stays.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UpdatePolicyRequest {
    /// `read`, `write`, `delete`, `rotate`, or `*` alone for all four.
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    #[serde(default)]
    permissions: Given<Vec<String>>,
    /// When it holds, in the place of what was there.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    conditions: Given<RawObject>,
    /// When it ends, in the future; `null` = never.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
    /// `allow` or `deny`.
    #[schema(value_type = Option<String>, pattern = "^(allow|deny)$")]
    #[serde(default)]
    effect: Given<String>,
    /// Which of several decides: the highest.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000)]
    #[serde(default)]
    priority: Given<i64>,
    /// For which roles of users it holds, in the place of what was there.
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
    /// Fixed: refused where it differs.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    secret_path_pattern: Given<String>,
    /// Fixed: refused where it differs.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    principal_type: Given<String>,
    /// Fixed: refused where it differs.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    principal_id: Given<String>,
    /// Fixed: refused where it differs.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(default)]
    vault_id: Given<String>,
}

impl UpdatePolicyRequest {
    pub(super) fn parse(self) -> Result<PolicyChange, Refusal> {
        let mut fields = Fields::new();
        let permissions = fields.optional("permissions", self.permissions, |words| {
            Permissions::parse(&words)
        });
        let conditions = fields.optional("conditions", self.conditions, |raw| conditions(&raw));
        let expires_at = fields.clearable("expires_at", self.expires_at, |text| {
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
        let consensus = no_consensus(&mut fields, &self.consensus_trigger);
        let fixed = Fixed {
            pattern: self.secret_path_pattern,
            principal_type: self.principal_type,
            principal_id: self.principal_id,
            vault: self.vault_id,
        };
        let repeated = fixed.parse(&mut fields);
        fields.finish(|| {
            consensus?;
            Some(PolicyChange {
                permissions: permissions?,
                conditions: conditions?,
                expires_at: expires_at?,
                effect: effect?,
                priority: priority?,
                attributes: attributes?,
                tx_conditions: tx_conditions?,
                repeated: repeated?,
            })
        })
    }
}

/// What clients send with a change although it is fixed.
struct Fixed {
    pattern: Given<String>,
    principal_type: Given<String>,
    principal_id: Given<String>,
    vault: Given<String>,
}

impl Fixed {
    fn parse(self, fields: &mut Fields) -> Option<Repeated> {
        let pattern = fields.optional("secret_path_pattern", self.pattern, |text| {
            PathPattern::parse(&text)
        });
        let kind = fields.optional("principal_type", self.principal_type, |text| {
            PrincipalType::parse(&text)
        });
        let id = fields.optional("principal_id", self.principal_id, |text| {
            PrincipalId::parse(&text)
        });
        let vault = fields.optional("vault_id", self.vault, |text| VaultId::parse(&text));
        Some(Repeated {
            pattern: pattern?,
            principal_type: kind?.map(PrincipalType::as_str),
            principal_id: id?.map(|id| (id.prefix.map(PrincipalType::as_str), id.id)),
            vault: vault?,
        })
    }
}

#[utoipa::path(
    put,
    path = "/v1/vaults/{vault_id}/policies/{policy_id}",
    tag = "Policies",
    summary = "Change what a policy says",
    request_body = UpdatePolicyRequest,
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("policy_id" = uuid::Uuid, Path, description = "The policy's id"),
    ),
    responses((status = 200, description = "The policy; it holds from the next request on", body = PolicyResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<UpdatePolicyRequest>,
) -> Answer<Success<PolicyResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let policy = path_id(&request, "policy_id", PolicyId::parse);
    let policy = screened(&services, &caller, policy).await?;
    let parsed = body.optional().and_then(|body| Ok(body.parse()?));
    let change = screened(&services, &caller, parsed).await?;
    let command = UpdatePolicyCommand {
        vault,
        policy,
        change,
    };
    let changed = services.policies.update(command, &caller).await?;
    Ok(Success::new(PolicyResponse::new(
        &changed.into_inner(),
        audience,
    )))
}
