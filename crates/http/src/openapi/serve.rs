//! The document, served.

use crate::app::Core;
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::{self, Data};

/// Where the document is served.
pub(crate) static ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/openapi.json",
        place: Place::Api,
        id: "getOpenApiDocument",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve),
        docs: documented::<__path_serve>,
    },
    Endpoint {
        method: Method::GET,
        path: "/openapi.json",
        place: Place::Root,
        id: "getOpenApiDocumentAtRoot",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve_at_root),
        docs: documented::<__path_serve_at_root>,
    },
];

#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    tag = "Documents",
    summary = "This document",
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json"))
)]
async fn serve(core: Data<Core>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(core.document.clone())
}

#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "Documents",
    summary = "This document, at its other address",
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json"))
)]
async fn serve_at_root(core: Data<Core>) -> HttpResponse {
    serve(core).await
}
