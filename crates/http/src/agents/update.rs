//! `PATCH /v1/agents/{agent_id}`

use super::extras::{EchoedFields, RawFields, Whole, echoed};
use super::parse::{environment, name, text, time, ttl, vaults};
use super::response::AgentResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{AgentId, Scopes};
use oneclaw_services::{AgentChanges, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// What of an agent shall change. What is left out stays; null clears where a field says so.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UpdateAgentRequest {
    /// What people call it, 1 to 255 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    #[serde(default)]
    name: Given<String>,
    /// What it is for, at most 1000 characters.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    description: Given<String>,
    /// What cuts its grants: path patterns, and labels such as `secrets:read`; empty = nothing.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    #[serde(default)]
    scopes: Given<Vec<String>>,
    /// Whether it may act: where not, its key and its tokens are worth nothing.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    is_active: Given<bool>,
    /// When it stops; not in the past. Null clears.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
    /// Whether it uses values through intents only: it reads no private keys.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    intents_api_enabled: Given<bool>,
    /// Life of its tokens in seconds. Null clears: the server's default.
    #[schema(value_type = Option<i64>, minimum = 60, maximum = 86400)]
    #[serde(default)]
    token_ttl_seconds: Given<i64>,
    /// The vaults that it is bound to; an empty list unbinds it.
    #[schema(value_type = Option<Vec<uuid::Uuid>>, max_items = 1000)]
    #[serde(default)]
    vault_ids: Given<Vec<String>>,
    /// Kept, without effect.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    shroud_enabled: Given<bool>,
    /// When its key stops working; not in the past. Null clears.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    api_key_expires_at: Given<String>,
    /// The environment that it is tagged with, 1 to 64 characters. Null clears.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    #[serde(default)]
    environment: Given<String>,
    /// Whether that may not be changed.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    environment_locked: Given<bool>,
    /// Kept, without effect.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    env_auto_resolve: Given<bool>,
    /// What clients keep with it. Null clears.
    #[schema(value_type = EchoedFields)]
    #[serde(flatten, skip_deserializing)]
    extras: RawFields,
}

impl UpdateAgentRequest {
    fn parse(self) -> Result<AgentChanges, Refusal> {
        let mut fields = Fields::new();
        let name = fields.optional("name", self.name, |given| name(&given));
        let description = fields.optional("description", self.description, |given| text(&given));
        let scopes = fields.optional("scopes", self.scopes, Scopes::parse);
        let is_active = fields.optional("is_active", self.is_active, Ok);
        let expires_at = fields.clearable("expires_at", self.expires_at, |given| time(&given));
        let intents = fields.optional("intents_api_enabled", self.intents_api_enabled, Ok);
        let token_ttl = fields.clearable("token_ttl_seconds", self.token_ttl_seconds, ttl);
        let binding = fields.optional("vault_ids", self.vault_ids, |given| vaults(&given));
        let shroud = fields.optional("shroud_enabled", self.shroud_enabled, Ok);
        let key_ends = fields.clearable("api_key_expires_at", self.api_key_expires_at, |given| {
            time(&given)
        });
        let environment =
            fields.clearable("environment", self.environment, |given| environment(&given));
        let locked = fields.optional("environment_locked", self.environment_locked, Ok);
        let auto = fields.optional("env_auto_resolve", self.env_auto_resolve, Ok);
        let extras = echoed(&mut fields, &self.extras);
        fields.finish(|| {
            Some(AgentChanges {
                name: name?,
                description: description?,
                scopes: scopes?,
                is_active: is_active?,
                expires_at: expires_at?,
                intents_api_enabled: intents?,
                shroud_enabled: shroud?,
                token_ttl: token_ttl?,
                binding: binding?,
                key_expires_at: key_ends?,
                environment: environment?,
                environment_locked: locked?,
                env_auto_resolve: auto?,
                extras: extras?,
            })
        })
    }
}

#[utoipa::path(
    patch,
    path = "/v1/agents/{agent_id}",
    tag = "Agents",
    summary = "Change an agent",
    description = "What it may do afterwards holds from the next request on, for tokens that live already, too.",
    params(("agent_id" = uuid::Uuid, Path, description = "The agent's id")),
    request_body = UpdateAgentRequest,
    responses(
        (status = 200, description = "The agent as it is now", body = AgentResponse),
        (status = 403, description = "Somebody else registered it, or the plan allows no more active agents"),
        (status = 409, description = "Its environment is locked"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<Whole<UpdateAgentRequest>>,
) -> Answer<Success<AgentResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "agent_id", AgentId::parse).and_then(|agent| {
        let Whole { known, all } = body.optional()?;
        let whole = UpdateAgentRequest {
            extras: all,
            ..known
        };
        Ok((agent, whole.parse()?))
    });
    let (agent, changes) = screened(&services, &caller, parsed).await?;
    let agent = services
        .agents
        .update(agent, changes, &caller)
        .await?
        .into_inner();
    Ok(Success::new(AgentResponse::new(&agent, audience)))
}
