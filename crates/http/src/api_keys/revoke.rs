//! `DELETE /v1/auth/api-keys/{key_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::ApiKeyId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/auth/api-keys/{key_id}",
    tag = "API keys",
    summary = "Revoke an API key",
    params(("key_id" = uuid::Uuid, Path, description = "The key's id")),
    responses((status = 204, description = "It and its tokens hold no longer"))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let key = screened(
        &services,
        &caller,
        path_id(&request, "key_id", ApiKeyId::parse),
    )
    .await?;
    let () = services.api_keys.revoke(key, &caller).await?.into_inner();
    Ok(NoContent)
}
