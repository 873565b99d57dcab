//! Pages and their files, as they are in the binary. Nothing that a request says gets into them:
//! what its URL holds is for the page's script alone.

use crate::problem::Problem;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};

/// Everything from here, nothing from elsewhere, nothing inline; a form goes nowhere by itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ACCEPT_INVITE: &str = include_str!("../../pages/accept-invite.html");
const ENROLL: &str = include_str!("../../pages/enroll.html");
const CLI_VERIFY: &str = include_str!("../../pages/cli-verify.html");
const RESET_PASSWORD: &str = include_str!("../../pages/reset-password.html");
const SHARE: &str = include_str!("../../pages/share.html");
const VERIFY_EMAIL: &str = include_str!("../../pages/verify-email.html");

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
        "login.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/login.js"),
    ),
    (
        "accept-invite.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/accept-invite.js"),
    ),
    (
        "cli-verify.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/cli-verify.js"),
    ),
    (
        "enroll.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/enroll.js"),
    ),
    (
        "reset-password.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/reset-password.js"),
    ),
    (
        "share.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/share.js"),
    ),
    (
        "verify-email.js",
        "text/javascript; charset=utf-8",
        include_str!("../../pages/verify-email.js"),
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
pub(super) async fn accept_invite(request: HttpRequest) -> HttpResponse {
    page(&request, ACCEPT_INVITE)
}

#[utoipa::path(
    get,
    path = "/enroll",
    tag = "Pages",
    summary = "The page at which a person decides an agent's request",
    params(("token" = Option<String>, Query, description = "The request's token; read by the page's script alone")),
    responses((status = 200, description = "The page; nothing is decided yet", content_type = "text/html"))
)]
pub(super) async fn enroll(request: HttpRequest) -> HttpResponse {
    page(&request, ENROLL)
}

#[utoipa::path(
    get,
    path = "/cli/verify",
    tag = "Pages",
    summary = "The page at which a person decides whether a device is logged in as them",
    params(("code" = Option<String>, Query, description = "The code that the device shows; read by the page's script alone")),
    responses((status = 200, description = "The page; nothing is decided yet", content_type = "text/html"))
)]
pub(super) async fn cli_verify(request: HttpRequest) -> HttpResponse {
    page(&request, CLI_VERIFY)
}

#[utoipa::path(
    get,
    path = "/verify-email",
    tag = "Pages",
    summary = "The page at which a person confirms their e-mail address",
    params(("token" = Option<String>, Query, description = "The mail's token; read by the page's script alone")),
    responses((status = 200, description = "The page; nothing is confirmed yet", content_type = "text/html"))
)]
pub(super) async fn verify_email(request: HttpRequest) -> HttpResponse {
    page(&request, VERIFY_EMAIL)
}

#[utoipa::path(
    get,
    path = "/reset-password",
    tag = "Pages",
    summary = "The page at which a person chooses a new password",
    params(("token" = Option<String>, Query, description = "The mail's token; read by the page's script alone")),
    responses((status = 200, description = "The page; nothing is changed yet", content_type = "text/html"))
)]
pub(super) async fn reset_password(request: HttpRequest) -> HttpResponse {
    page(&request, RESET_PASSWORD)
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
        // asked for anew each time: a page and its scripts are of one version
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(*content))
}

/// The page behind a share's link: the same bytes for every id. It asks the server for nothing until
/// a person presses its button.
pub(crate) fn share(request: &HttpRequest) -> HttpResponse {
    page(request, SHARE)
}

/// A page whose files are found from wherever it was asked for, also behind a proxy that adds a
/// path of its own: of the request, only the number of its slashes counts.
fn page(request: &HttpRequest, content: &str) -> HttpResponse {
    let above = request.path().matches('/').count().saturating_sub(1);
    let files = format!("=\"{}pages/", "../".repeat(above));
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(content.replace("=\"pages/", &files))
}
