//! `GET /v1/share/{share_id}`

use super::negotiation::wants_page;
use super::response::SharedSecretResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField, path_id};
use crate::middleware::asks_for_another_site;
use crate::pages;
use crate::problem::Problem;
use actix_web::web::Data;
use actix_web::{Either, HttpRequest, HttpResponse};
use oneclaw_domain::{Invalid, Passphrase, ShareId};
use oneclaw_services::{Admitted, Door, ReadShareCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// Where the passphrase is, if not in the body. Never in the query.
const HEADER: &str = "x-share-passphrase";

/// What a share may ask for.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ReadShareRequest {
    /// The passphrase, if the share has one.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 256, format = Password)]
    #[serde(default)]
    passphrase: Given<SecretField>,
}

impl ReadShareRequest {
    fn parse(self, request: &HttpRequest) -> Result<ReadShareCommand, Refusal> {
        let mut fields = Fields::new();
        let in_body = fields.optional("passphrase", self.passphrase, |text| {
            Passphrase::parse(text.expose())
        });
        let in_header = fields.check("X-Share-Passphrase", in_header(request));
        fields.finish(|| {
            Some(ReadShareCommand {
                // a malformed id names nothing, and is told and recorded as such
                share: path_id(request, "share_id", ShareId::parse).ok(),
                passphrase: in_body?.or(in_header?),
            })
        })
    }
}

fn in_header(request: &HttpRequest) -> Result<Option<Passphrase>, Invalid> {
    let mut values = request.headers().get_all(HEADER);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => std::str::from_utf8(value.as_bytes())
            .map_err(|_| Invalid::new("is not valid UTF-8"))
            .and_then(Passphrase::parse)
            .map(Some),
        (Some(_), Some(_)) => Err(Invalid::new("is given twice")),
    }
}

/// Counts a request for a share before anything of it is looked at, and reads it.
pub(super) async fn admitted(
    services: &Services,
    info: &RequestInfo,
    request: &HttpRequest,
    body: Body<ReadShareRequest>,
) -> Result<(Admitted, ReadShareCommand), Problem> {
    let admitted = services.auth.admit(Door::Share, &info.audit()).await?;
    let command = body.optional()?.parse(request)?;
    Ok((admitted, command))
}

/// Refuses what the page of another site makes a browser ask, and says so in an event.
pub(super) async fn refuse_other_site(
    services: &Services,
    info: &RequestInfo,
    request: &HttpRequest,
) -> Result<(), Problem> {
    if !asks_for_another_site(request) {
        return Ok(());
    }
    let audit = info.audit();
    let admitted = services.auth.admit(Door::Share, &audit).await?;
    let share = path_id(request, "share_id", ShareId::parse).ok();
    let refused = services.shares.refuse_other_site(admitted, share, &audit);
    Err(refused.await.into())
}

/// What every address at which a share is read does.
pub(super) async fn read(
    services: &Services,
    info: &RequestInfo,
    audience: Audience,
    bearer: &Bearer,
    request: &HttpRequest,
    body: Body<ReadShareRequest>,
) -> Answer<Success<SharedSecretResponse>> {
    refuse_other_site(services, info, request).await?;
    let (admitted, command) = admitted(services, info, request, body).await?;
    let shared = services
        .shares
        .read(admitted, command, bearer.token(), &info.metered())
        .await?;
    Ok(Success::new(SharedSecretResponse::new(shared, audience)))
}

#[utoipa::path(
    get,
    path = "/v1/share/{share_id}",
    tag = "Sharing",
    summary = "Read what is shared",
    request_body = Option<ReadShareRequest>,
    params(
        ("share_id" = uuid::Uuid, Path, description = "The share's id"),
        ("X-Share-Passphrase" = Option<String>, Header, description = "The passphrase, if not in the body"),
    ),
    responses(
        (status = 200, description = "The newest version with its value; a page that asks first, where `Accept` names text/html", content(
            (SharedSecretResponse = "application/json"),
            (String = "text/html"),
        )),
        (status = 401, description = "It is for somebody, and there is no valid token"),
        (status = 403, description = "It is for somebody else, not to be read from here, or asks for another passphrase"),
        (status = 410, description = "It has ended"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<ReadShareRequest>,
) -> Answer<Either<Success<SharedSecretResponse>, HttpResponse>> {
    if wants_page(&request) {
        return Ok(Either::Right(pages::share(&request)));
    }
    let shared = read(&services, &info, audience, &bearer, &request, body).await?;
    Ok(Either::Left(shared))
}
