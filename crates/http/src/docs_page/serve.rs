//! Swagger UI, served from the binary.

use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use crate::problem::Problem;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};
use std::sync::Arc;
use utoipa_swagger_ui::Config;

/// Everything from here, nothing from elsewhere. Swagger UI sets styles and draws icons inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Where the page is served.
pub(crate) static ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/docs/",
        place: Place::Api,
        id: "getDocsPage",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(page),
        docs: documented::<__path_page>,
    },
    Endpoint {
        method: Method::GET,
        path: "/docs/{file}",
        place: Place::Api,
        id: "getDocsFile",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(file),
        docs: documented::<__path_file>,
    },
];

#[utoipa::path(
    get,
    path = "/v1/docs/",
    tag = "Documents",
    summary = "A page to browse this document with",
    responses((status = 200, description = "The page", content_type = "text/html"))
)]
async fn page() -> Result<HttpResponse, Problem> {
    answer("index.html")
}

#[utoipa::path(
    get,
    path = "/v1/docs/{file}",
    tag = "Documents",
    summary = "A file of that page",
    params(("file" = String, Path, description = "The file's name")),
    responses((status = 200, description = "The file", content(
        (String = "text/css"),
        (String = "text/html"),
        (String = "text/javascript"),
        (String = "image/png"),
    )))
)]
async fn file(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    answer(&name)
}

fn answer(name: &str) -> Result<HttpResponse, Problem> {
    // relative, so that it also works behind a proxy and under the alias
    let config = Arc::new(Config::from("../openapi.json"));
    let file = utoipa_swagger_ui::serve(name, config)
        .map_err(|error| Problem::internal(error.to_string()))?
        .ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(file.bytes.into_owned()))
}
