//! What an administrator switched off while they look after the installation.

use crate::shares::wants_json;
use actix_web::dev::ServiceRequest;
use actix_web::web::Data;
use oneclaw_services::Services;

/// Whether the request is not looked at now. What is not under `/v1` goes on, but for values at the
/// address of a share's page; and under `/v1` how the server is, and administration, which is the way
/// back.
pub(super) async fn closes(request: &ServiceRequest) -> bool {
    let Some(services) = request.app_data::<Data<Services>>() else {
        return false;
    };
    // as routes are found by it: `/%761/vaults` is `/v1/vaults` there
    let path = request.match_info().as_str();
    let Some(path) = path
        .strip_prefix("/api/v1/")
        .or_else(|| path.strip_prefix("/v1/"))
    else {
        let gives_values = path.starts_with("/share/") && wants_json(request.request());
        return gives_values && services.is_in_maintenance().await;
    };
    let noun = path.split('/').next().unwrap_or_default();
    // how the server is must be told where the store does not answer
    if noun == "health" {
        return false;
    }
    services.is_in_maintenance().await && noun != "admin"
}
