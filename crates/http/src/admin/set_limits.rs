//! `PUT /v1/admin/orgs/{org_id}/limits`

use super::response::OrgLimitsResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, OrgId};
use oneclaw_services::{LimitsCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// The largest number of requests that a limit may name: what a JSON number holds exactly.
const MOST: i64 = 9_000_000_000_000_000;

/// What an organization is allowed from now on; what is left out stays as it is.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct SetLimitsRequest {
    /// Requests a month instead of the plan's; null goes back to those.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_000_000_000_000_000_i64)]
    #[serde(default)]
    free_tier_override: Given<i64>,
    /// Whether it is neither limited nor charged for requests.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    is_sponsored: Given<bool>,
}

fn requests(number: i64) -> Result<i64, Invalid> {
    const REFUSED: Invalid = Invalid::new("must be a whole number from 0 to 9000000000000000");
    (0..=MOST)
        .contains(&number)
        .then_some(number)
        .ok_or(REFUSED)
}

impl SetLimitsRequest {
    fn parse(self) -> Result<LimitsCommand, Refusal> {
        let mut fields = Fields::new();
        let limit = fields.clearable("free_tier_override", self.free_tier_override, requests);
        let sponsored = fields.optional("is_sponsored", self.is_sponsored, Ok);
        fields.finish(|| {
            Some(LimitsCommand {
                request_limit: limit?,
                is_sponsored: sponsored?,
            })
        })
    }
}

#[utoipa::path(
    put,
    path = "/v1/admin/orgs/{org_id}/limits",
    tag = "Administration",
    summary = "Change what an organization is allowed beside its plan",
    description = "It holds from the organization's next request on, on every instance.",
    params(("org_id" = uuid::Uuid, Path, description = "The organization's id")),
    request_body = Option<SetLimitsRequest>,
    responses(
        (status = 200, description = "What it is allowed now", body = OrgLimitsResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "No such organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<SetLimitsRequest>,
) -> Answer<Success<OrgLimitsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "org_id", OrgId::parse);
    let org = screened(&services, &caller, parsed).await?;
    let parsed = body.optional().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let set = services.admin.set_limits(org, command, (&caller).into());
    let (limit, sponsored) = set.await?.into_inner();
    Ok(Success::new(OrgLimitsResponse::new(org, limit, sponsored)))
}
