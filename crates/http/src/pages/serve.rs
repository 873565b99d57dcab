//! Pages and their files, as they are in the binary. Nothing that a request says gets into them:
//! the token in the URL is for the page's script alone.

use crate::problem::Problem;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};

/// Everything from here, nothing from elsewhere, nothing inline; a form goes nowhere by itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ACCEPT_INVITE: &str = include_str!("../../pages/accept-invite.html");
const ENROLL: &str = include_str!("../../pages/enroll.html");

/// The files of the pages: name, type, content.
const FILES: &[(&str, &str, &str)] = &[
    (
        "page.css",
        "text/css; charset=utf-8",
        include_str!("../../pages/page.css"),
    ),
    (
        "page.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/page.js"),
    ),
    (
        "accept-invite.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/accept-invite.js"),
    ),
    (
        "enroll.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/enroll.js"),
    ),
];

#[utoipa::path(
    get,
    path = "/accept-invite",
    tag = "Pages",
    summary = "The page at which a person accepts an invitation",
    params(("token" = Option<String>, Query, description = "The invitation's token; read by the page's script alone")),
    responses((status = 200, description = "The page; nothing is accepted yet", content_type = "text/html"))
)]
pub(super) async fn accept_invite() -> HttpResponse {
    page(ACCEPT_INVITE)
}

#[utoipa::path(
    get,
    path = "/enroll",
    tag = "Pages",
    summary = "The page at which a person decides an agent's request",
    params(("token" = Option<String>, Query, description = "The request's token; read by the page's script alone")),
    responses((status = 200, description = "The page; nothing is decided yet", content_type = "text/html"))
)]
pub(super) async fn enroll() -> HttpResponse {
    page(ENROLL)
}

#[utoipa::path(
    get,
    path = "/pages/{file}",
    tag = "Pages",
    summary = "A file of the pages",
    params(("file" = String, Path, description = "The file's name")),
    responses((status = 200, description = "The file", content(
        (String = "text/css"),
        (String = "text/javascript"),
    )))
)]
pub(super) async fn file(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = FILES.iter().find(|(known, ..)| *known == name.as_str());
    let (_, kind, content) = found.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(*kind)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(*content))
}

fn page(content: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(content)
}
