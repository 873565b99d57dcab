//! `POST /v1/vaults/{vault_id}/access/explain`. Ours.

use super::fields::principal;
use super::response::{PolicyResponse, words};
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::problem::denied;
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, Permission, SecretPath, Timestamp, VaultId};
use oneclaw_services::{Decider, ExplainCommand, Explanation, Refusal, Services, SmallestGrant};
use serde::Deserialize;
use serde::Serialize;
use std::borrow::Cow;
use std::net::IpAddr;
use utoipa::ToSchema;

/// Who would do what, where, from where and when.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ExplainAccessRequest {
    /// `user` or `agent`.
    #[schema(value_type = String, required = true, pattern = "^(user|agent)$")]
    #[serde(default)]
    principal_type: Given<String>,
    /// A user or agent of this organization.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    principal_id: Given<String>,
    /// The path, whether there is a secret or not.
    #[schema(value_type = String, required = true, max_length = 512)]
    #[serde(default)]
    path: Given<String>,
    /// `read`, `write`, `delete` or `rotate`.
    #[schema(value_type = String, required = true, pattern = "^(read|write|delete|rotate)$")]
    #[serde(default)]
    permission: Given<String>,
    /// From which address; without it, from one that is not known: then no policy with an
    /// `ip_allowlist` allows. The organization's IP rules count only with it, and only where the
    /// caller is an owner or admin.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    ip: Given<String>,
    /// When; without it, now. Only time moves: the policies are today's.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    at: Given<String>,
}

/// Why somebody may, or may not.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainAccessResponse {
    /// Whether they may.
    allowed: bool,
    /// What decides that.
    decided_by: DecidedBy,
    /// What is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    missing: Option<Cow<'static, str>>,
    /// The smallest policy that would allow it, ready to be sent to the vault's policies; left out
    /// where none would.
    #[serde(skip_serializing_if = "Option::is_none")]
    smallest_grant: Option<SmallestGrantResponse>,
    /// The types of values that the agent is not given all the same; `*` alone = any.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Option<Vec<String>>)]
    withheld_types: &'static [&'static str],
}

/// What decides.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecidedBy {
    /// `org_manager`, `vault_creator`, `policy`, `no_policy`, `unreadable_policy`, `binding`,
    /// `scope`, `path_scope`, `principal_inactive` or `ip_rule`.
    kind: &'static str,
    /// The policy, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyResponse>,
}

/// A policy that would allow what is not.
#[derive(Serialize, ToSchema)]
pub(crate) struct SmallestGrantResponse {
    /// The very path.
    secret_path_pattern: String,
    /// `user` or `agent`.
    principal_type: &'static str,
    /// Whom it would be for.
    #[schema(value_type = uuid::Uuid)]
    principal_id: String,
    /// The very permission.
    permissions: Vec<&'static str>,
    /// `allow`.
    effect: &'static str,
    /// High enough to win over what denies it now.
    priority: i64,
}

impl ExplainAccessRequest {
    fn parse(self, vault: VaultId) -> Result<ExplainCommand, Refusal> {
        let mut fields = Fields::new();
        let principal = principal(&mut fields, self.principal_type, self.principal_id);
        let path = fields.required("path", self.path, |text| SecretPath::parse(&text));
        let permission = fields.required("permission", self.permission, |text| {
            Permission::parse(&text)
        });
        let ip = fields.optional("ip", self.ip, |text| address(&text));
        let at = fields.optional("at", self.at, |text| Timestamp::parse(&text));
        fields.finish(|| {
            Some(ExplainCommand {
                vault,
                principal: principal?,
                path: path?,
                permission: permission?,
                ip: ip?,
                at: at?,
            })
        })
    }
}

fn address(text: &str) -> Result<IpAddr, Invalid> {
    text.parse()
        .map_err(|_| Invalid::new("must be an IP address, v4 or v6"))
}

impl ExplainAccessResponse {
    fn new(explanation: &Explanation, audience: Audience) -> Self {
        Self {
            allowed: explanation.allowed,
            decided_by: DecidedBy::new(&explanation.decided_by, audience),
            missing: explanation.missing.map(denied),
            smallest_grant: explanation
                .smallest_grant
                .as_ref()
                .map(SmallestGrantResponse::new),
            withheld_types: explanation.withheld,
        }
    }
}

impl DecidedBy {
    fn new(decider: &Decider, audience: Audience) -> Self {
        let kind = match decider {
            Decider::OrgManager => "org_manager",
            Decider::VaultCreator => "vault_creator",
            Decider::Policy(_) => "policy",
            Decider::NoPolicy => "no_policy",
            Decider::UnreadablePolicy => "unreadable_policy",
            Decider::Binding => "binding",
            Decider::Scope => "scope",
            Decider::PathScope => "path_scope",
            Decider::PrincipalInactive => "principal_inactive",
            Decider::IpRule => "ip_rule",
        };
        let policy = match decider {
            Decider::Policy(policy) => Some(PolicyResponse::new(policy, audience)),
            _ => None,
        };
        Self { kind, policy }
    }
}

impl SmallestGrantResponse {
    fn new(grant: &SmallestGrant) -> Self {
        Self {
            secret_path_pattern: grant.terms.pattern.as_str().to_owned(),
            principal_type: grant.principal.kind(),
            principal_id: grant.principal.uuid().to_string(),
            permissions: words(grant.terms.permissions),
            effect: grant.terms.effect.as_str(),
            priority: grant.terms.priority.get(),
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/access/explain",
    tag = "Policies",
    summary = "Explain why somebody may, or may not, do something at a path",
    request_body = ExplainAccessRequest,
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses((status = 200, description = "The decision and what it rests on", body = ExplainAccessResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<ExplainAccessRequest>,
) -> Answer<Success<ExplainAccessResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse(vault)?));
    let command = screened(&services, &caller, parsed).await?;
    let explanation = services.policies.explain(command, &caller).await?;
    Ok(Success::new(ExplainAccessResponse::new(
        &explanation,
        audience,
    )))
}
