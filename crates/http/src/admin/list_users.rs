//! `GET /v1/admin/users`

use super::response::AdminUserResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::PageSize;
use oneclaw_services::{Refusal, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// Everybody who has an account, oldest account first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminUsersResponse {
    /// The people.
    users: Vec<AdminUserResponse>,
    /// How many accounts there are.
    total: i64,
}

fn parse(request: &HttpRequest) -> Result<(i64, Option<PageSize>), Refusal> {
    let query = Query::of(request, &["limit", "offset"])?;
    Ok((query.offset()?, query.list_request()?.limit))
}

#[utoipa::path(
    get,
    path = "/v1/admin/users",
    tag = "Administration",
    summary = "List everybody who has an account",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "At most so many; without it, all"),
        ("offset" = Option<i64>, Query, minimum = 0, description = "Without the first so many"),
    ),
    responses(
        (status = 200, description = "The people", body = AdminUsersResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<AdminUsersResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let (offset, limit) = screened(&services, &caller, parse(&request)).await?;
    let listed = services.admin.list_users(offset, limit, (&caller).into());
    let listed = listed.await?;
    Ok(Success::new(AdminUsersResponse {
        users: listed.users.iter().map(Into::into).collect(),
        total: listed.total,
    }))
}
