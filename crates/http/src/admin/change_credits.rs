//! `POST /v1/admin/orgs/{org_id}/credits`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{CreditNote, Invalid, MicroUsd, OrgId, Timestamp};
use oneclaw_services::{CreditsCommand, Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most that is given or taken at once, in cents: 100 million dollars.
const MOST: i64 = 10_000_000_000;

/// Credits for an organization.
#[derive(Deserialize, Default, ToSchema)]
#[schema(example = json!({ "amount_cents": 2500, "description": "A voucher" }))]
pub(crate) struct ChangeCreditsRequest {
    /// How much, in cents; below zero to take.
    #[schema(value_type = i64, required = true, minimum = -10_000_000_000_i64, maximum = 10_000_000_000_i64)]
    #[serde(default)]
    amount_cents: Given<i64>,
    /// What the ledger says, at most 255 characters.
    #[schema(value_type = Option<String>, max_length = 255)]
    #[serde(default)]
    description: Given<String>,
    /// From when on they cannot be spent, in the next 120 months; 12 months from now where nothing
    /// is given.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
}

fn amount(cents: i64) -> Result<MicroUsd, Invalid> {
    const REFUSED: Invalid =
        Invalid::new("must be a whole number from -10000000000 to 10000000000, and not 0");
    if cents == 0 || !(-MOST..=MOST).contains(&cents) {
        return Err(REFUSED);
    }
    MicroUsd::cents(cents)
}

impl ChangeCreditsRequest {
    fn parse(self) -> Result<CreditsCommand, Refusal> {
        let mut fields = Fields::new();
        let amount = fields.required("amount_cents", self.amount_cents, amount);
        let description = fields.optional("description", self.description, |text| {
            CreditNote::parse(&text)
        });
        let expires_at = fields.optional("expires_at", self.expires_at, |text| {
            Timestamp::parse(&text)
        });
        fields.finish(|| {
            Some(CreditsCommand {
                amount: amount?,
                description: description?.map(|note| note.as_str().to_owned()),
                expires_at: expires_at?,
            })
        })
    }
}

/// What an organization can spend now.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrgCreditsResponse {
    /// The organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// Its credits, in whole cents, rounded down.
    balance_cents: i64,
}

#[utoipa::path(
    post,
    path = "/v1/admin/orgs/{org_id}/credits",
    tag = "Administration",
    summary = "Give an organization credits, or take them",
    params(("org_id" = uuid::Uuid, Path, description = "The organization's id")),
    request_body = ChangeCreditsRequest,
    responses(
        (status = 200, description = "What it can spend now", body = OrgCreditsResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "No such organization"),
        (status = 409, description = "It has not so many, or would have more than can be counted"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<ChangeCreditsRequest>,
) -> Answer<Success<OrgCreditsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "org_id", OrgId::parse);
    let org = screened(&services, &caller, parsed).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let changed = services
        .admin
        .change_credits(org, command, (&caller).into());
    let balance = changed.await?.into_inner();
    Ok(Success::new(OrgCreditsResponse {
        org_id: org.to_string(),
        balance_cents: balance.whole_cents(),
    }))
}
