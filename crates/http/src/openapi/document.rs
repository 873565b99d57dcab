//! The document.

use crate::endpoint::{Auth, Endpoint};
use crate::problem::ProblemBody;
use actix_web::http::Method;
use std::collections::BTreeMap;
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Info, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Response, Schema, Server,
};
use utoipa::{PartialSchema as _, ToSchema as _};

/// The name of the security scheme.
const BEARER: &str = "bearer";

/// The document of a table: method, path, operation id and credentials come from the rows, words and
/// schemas from the handlers' annotations. So neither can lack what the other has.
pub fn document(table: &[&'static [Endpoint]], public_url: &str) -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    for endpoint in table.iter().flat_map(|rows| rows.iter()) {
        let Some(method) = method(&endpoint.method) else {
            continue;
        };
        let docs = (endpoint.docs)();
        let mut operation = docs.operation;
        operation.operation_id = Some(endpoint.id.to_owned());
        if endpoint.auth == Auth::Bearer {
            operation.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
        }
        operation
            .responses
            .responses
            .insert("default".to_owned(), problem().into());
        schemas.extend(docs.schemas);
        paths.add_path_operation(endpoint.full_path(), vec![method], operation);
    }
    let mut components = Components::new();
    components.schemas = schemas;
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    OpenApiBuilder::new()
        .info(info())
        .servers(Some([Server::new(public_url)]))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn info() -> Info {
    let mut info = Info::new("oneclaw", env!("CARGO_PKG_VERSION"));
    info.description = Some("A self-hosted secrets manager.".to_owned());
    info
}

fn problem() -> Response {
    let mut response = Response::new("What went wrong (RFC 7807)");
    let schema = Ref::from_schema_name(ProblemBody::name());
    let content = Content::new(Some(RefOr::Ref(schema)));
    response
        .content
        .insert("application/problem+json".to_owned(), content.into());
    response
}

fn method(method: &Method) -> Option<HttpMethod> {
    match *method {
        Method::GET => Some(HttpMethod::Get),
        Method::PUT => Some(HttpMethod::Put),
        Method::POST => Some(HttpMethod::Post),
        Method::PATCH => Some(HttpMethod::Patch),
        Method::DELETE => Some(HttpMethod::Delete),
        _ => None,
    }
}
