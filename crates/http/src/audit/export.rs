//! `GET /v1/audit/export`

use super::wanted::{self, FILTERS};
use crate::answer::Answer;
use crate::extract::{Bearer, Fields, Query, RequestInfo};
use crate::screen::screened;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::try_unfold;
use oneclaw_domain::Invalid;
use oneclaw_services::{ExportAuditCommand, ExportFormat, Refusal, Services};
use std::io;

fn parse(request: &HttpRequest) -> Result<ExportAuditCommand, Refusal> {
    let mut known = FILTERS.to_vec();
    known.push("format");
    let query = Query::of(request, &known)?;
    let mut fields = Fields::new();
    let filter = wanted::filter(&query, &mut fields);
    let format = match query.get("format") {
        None | Some("jsonl") => Ok(ExportFormat::JsonLines),
        Some("csv") => Ok(ExportFormat::Csv),
        Some(_) => Err(Invalid::new("must be jsonl or csv")),
    };
    let format = fields.check("format", format);
    fields.finish(|| {
        Some(ExportAuditCommand {
            filter: filter?,
            format: format?,
        })
    })
}

#[utoipa::path(
    get,
    path = "/v1/audit/export",
    tag = "Audit",
    summary = "Take the log along",
    description = "All events that fit, oldest first, up to now. JSON lines carry what `oneclaw audit verify` needs to check the file later: a file without its last line is incomplete. That the log was taken is an event in it.",
    params(
        ("format" = Option<String>, Query, description = "`jsonl` (without it, this) or `csv`"),
        ("action" = Option<String>, Query, description = "Only this action, by its whole name"),
        ("actor_id" = Option<String>, Query, description = "Only by this user or agent, or by `anonymous` or `system`"),
        ("resource_id" = Option<String>, Query, description = "Only about the resource of this id, or about this path or vault"),
        ("resource_type" = Option<String>, Query, description = "Only about resources of this kind"),
        ("vault_id" = Option<uuid::Uuid>, Query, description = "Only in this vault"),
        ("from" = Option<String>, Query, format = DateTime, description = "Not before this time"),
        ("to" = Option<String>, Query, format = DateTime, description = "Before this time"),
    ),
    responses(
        (status = 200, description = "The events", body = String, content_type = "application/x-ndjson"),
        (status = 403, description = "Not an owner or admin"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let command = screened(&services, &caller, parse(&request)).await?;
    let export = services.audit.export(&command, &caller).await?;
    let (kind, ending) = match export.format() {
        ExportFormat::JsonLines => ("application/x-ndjson", "jsonl"),
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let name = format!("attachment; filename=\"audit-{}.{ending}\"", export.id());
    // a failure on the way breaks the connection off: what came is not taken for all
    let pieces = try_unfold(export, |mut export| async move {
        match export.piece().await {
            Ok(piece) => Ok(piece.map(|piece| (Bytes::from(piece), export))),
            Err(error) => {
                tracing::warn!(%error, "an export of an audit log was broken off");
                Err(io::Error::other(error))
            }
        }
    });
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(pieces)))
}
