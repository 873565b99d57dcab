//! `DELETE /v1/admin/settings/{key}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::{Services, SettingKey};

#[utoipa::path(
    delete,
    path = "/v1/admin/settings/{key}",
    tag = "Administration",
    summary = "Bring a setting back to what is configured",
    params(("key" = String, Path, description = "The setting's name")),
    responses(
        (status = 204, description = "What is configured holds again"),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "It was not changed"),
    )
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
    let parsed = path_id(&request, "key", SettingKey::parse);
    let key = screened(&services, &caller, parsed).await?;
    let deleted = services
        .admin
        .delete_setting(&key, (&caller).into())
        .await?;
    let () = deleted.into_inner();
    Ok(NoContent)
}
