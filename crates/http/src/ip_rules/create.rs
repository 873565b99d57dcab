//! `POST /v1/security/ip-rules`

use super::response::IpRuleResponse;
use crate::answer::{Answer, Created};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{AppliesTo, Cidr, RuleLabel, RuleType};
use oneclaw_services::{CreateIpRuleCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new rule about callers' addresses.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct CreateIpRuleRequest {
    /// `allow` or `deny`; `block` is another word for `deny`.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    rule_type: Given<String>,
    /// A CIDR block or a single address, v4 or v6.
    #[schema(value_type = String, required = true, example = "10.0.0.0/8")]
    #[serde(default)]
    cidr: Given<String>,
    /// What it is for, at most 255 characters.
    #[schema(value_type = Option<String>, max_length = 255)]
    #[serde(default)]
    label: Given<String>,
    /// Another name for `label`.
    #[schema(value_type = Option<String>, max_length = 255)]
    #[serde(default)]
    description: Given<String>,
    /// `all` (where nothing is given), `users` or `agents`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    applies_to: Given<String>,
    /// Whether to add it even where it shuts out the caller's own address.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    force: Given<bool>,
}

impl CreateIpRuleRequest {
    fn parse(self) -> Result<CreateIpRuleCommand, Refusal> {
        let mut fields = Fields::new();
        let rule = fields.required("rule_type", self.rule_type, |t| RuleType::parse(&t));
        let cidr = fields.required("cidr", self.cidr, |text| Cidr::parse(&text));
        let label = fields.optional("label", self.label, |text| RuleLabel::parse(&text));
        let description = fields.optional("description", self.description, |text| {
            RuleLabel::parse(&text)
        });
        let applies_to = fields.optional("applies_to", self.applies_to, |text| {
            AppliesTo::parse(&text)
        });
        let force = fields.optional("force", self.force, Ok);
        fields.finish(|| {
            Some(CreateIpRuleCommand {
                rule: rule?,
                cidr: cidr?,
                label: label?.or(description?),
                applies_to: applies_to?.unwrap_or(AppliesTo::All),
                force: force?.unwrap_or(false),
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/security/ip-rules",
    tag = "IP rules",
    summary = "Add a rule about callers' addresses",
    description = "Any `deny` that matches keeps out; where there is an `allow`, only what one of them matches comes in.",
    request_body = CreateIpRuleRequest,
    responses(
        (status = 201, description = "The rule", body = IpRuleResponse),
        (status = 403, description = "Not an owner or admin"),
        (status = 409, description = "It would shut out the caller's own address"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<CreateIpRuleRequest>,
) -> Answer<Created<IpRuleResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let rule = services.ip_rules.create(command, &caller).await?;
    Ok(Created::new((&rule.into_inner()).into()))
}
