//! `PUT /v1/admin/orgs/{org_id}/billing-tier`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, OrgId, Tier};
use oneclaw_services::{Refusal, Services, TierCommand};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a plan lasts where nothing is given, in days (contract 19).
const USUAL: i64 = 365;

/// A plan for an organization.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct SetTierRequest {
    /// `free`, `pro`, `business` or `enterprise`.
    #[schema(value_type = String, required = true, pattern = "^(free|pro|business|enterprise)$")]
    #[serde(default)]
    tier: Given<String>,
    /// Days until it ends, 365 where nothing is given; the free plan does not end.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 3650)]
    #[serde(default)]
    duration_days: Given<i64>,
}

fn days(number: i64) -> Result<i64, Invalid> {
    const REFUSED: Invalid = Invalid::new("must be a whole number from 1 to 3650");
    (1..=3650)
        .contains(&number)
        .then_some(number)
        .ok_or(REFUSED)
}

impl SetTierRequest {
    fn parse(self) -> Result<(Tier, TierCommand), Refusal> {
        let mut fields = Fields::new();
        let tier = fields.required("tier", self.tier, |text| Tier::parse(&text));
        let days = fields.optional("duration_days", self.duration_days, days);
        fields.finish(|| {
            let command = TierCommand {
                tier,
                days: days?.unwrap_or(USUAL),
            };
            Some((tier?, command))
        })
    }
}

/// The plan that an organization was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrgTierResponse {
    /// The organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// `free`, `pro`, `business` or `enterprise`.
    tier: &'static str,
    /// The same.
    billing_tier: &'static str,
    /// When it ends.
    #[schema(format = DateTime)]
    period_end: Option<String>,
}

#[utoipa::path(
    put,
    path = "/v1/admin/orgs/{org_id}/billing-tier",
    tag = "Administration",
    summary = "Give an organization a plan",
    description = "It holds from the organization's next request on, on every instance; when it ends, the organization has the default plan.",
    params(("org_id" = uuid::Uuid, Path, description = "The organization's id")),
    request_body = SetTierRequest,
    responses(
        (status = 200, description = "The plan", body = OrgTierResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "No such organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<SetTierRequest>,
) -> Answer<Success<OrgTierResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "org_id", OrgId::parse);
    let org = screened(&services, &caller, parsed).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let (tier, command) = screened(&services, &caller, parsed).await?;
    let set = services.admin.set_tier(org, command, (&caller).into());
    let given = set.await?.into_inner();
    let end = given.and_then(|given| given.ends_at);
    Ok(Success::new(OrgTierResponse {
        org_id: org.to_string(),
        tier: tier.as_str(),
        billing_tier: tier.as_str(),
        period_end: end.map(|end| end.to_string()),
    }))
}
