//! A table of endpoints that say what they were given.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::web;
use oneclaw_domain::{MaxAccessCount, Metadata, VaultId, VaultName, VersionNumber};
use oneclaw_http::{
    Answer, Audience, Auth, Bearer, Body, BodyKind, Created, Endpoint, Fields, Given, NoContent,
    Place, Preconditions, Problem, Query, RawObject, RequestInfo, SecretField, Success, documented,
    path_id, secret_path, versioned_path,
};
use oneclaw_services::{AuthFailure, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! row {
    ($method:ident $path:literal, $id:literal, $body:ident, $auth:ident, $handler:ident, $docs:ident) => {
        Endpoint {
            method: Method::$method,
            path: $path,
            place: Place::Api,
            id: $id,
            action: "",
            body: BodyKind::$body,
            auth: Auth::$auth,
            route: || web::to($handler),
            docs: documented::<$docs>,
        }
    };
}

pub(crate) static ROUTES: &[Endpoint] = &[
    row!(GET "/vaults/{vault_id}/secrets/{path}", "getSecret", None, Public, get, __path_get),
    row!(PUT "/vaults/{vault_id}/secrets/{path}", "putSecret", Required, Public, put, __path_put),
    row!(POST "/vaults/{vault_id}/secrets/{path}/rotate", "rotateAlias", Optional, Public, rotate, __path_rotate),
    row!(GET "/vaults/{vault_id}/secret-version/{path}/{version}", "getVersion", None, Public, version, __path_version),
    row!(GET "/vaults/{vault_id}/secrets", "listSecrets", None, Public, list, __path_list),
    row!(GET "/vaults/{vault_id}", "getVault", None, Public, vault, __path_vault),
    row!(POST "/things", "createThing", Required, Public, create, __path_create),
    row!(POST "/things/optional", "optionalThing", Optional, Public, optional, __path_optional),
    row!(POST "/guarded", "guardedThing", Required, Bearer, guarded, __path_guarded),
    row!(DELETE "/guarded", "guardedDelete", None, Bearer, delete, __path_delete),
    row!(GET "/panic", "panic", None, Public, panics, __path_panics),
    row!(GET "/broken", "broken", None, Public, broken, __path_broken),
    Endpoint {
        method: Method::GET,
        path: "/.well-known/keys.json",
        place: Place::Root,
        id: "getKeys",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(keys),
        docs: documented::<__path_keys>,
    },
];

#[derive(Serialize, ToSchema)]
pub(crate) struct Echo {
    path: String,
    detail: String,
}

fn echo(path: impl AsRef<str>, detail: impl Into<String>) -> Success<Echo> {
    let path = path.as_ref().to_owned();
    Success::new(Echo {
        path,
        detail: detail.into(),
    })
}

#[utoipa::path(get, path = "/v1/vaults/{vault_id}/secrets/{path}", responses((status = 200, body = Echo)))]
async fn get(request: HttpRequest) -> Answer<Success<Echo>> {
    let conditions = Preconditions::of(&request)?;
    let answer = echo(secret_path(&request)?.as_str(), format!("{conditions:?}"));
    Ok(answer.with_version(VersionNumber::stored(7)))
}

#[utoipa::path(put, path = "/v1/vaults/{vault_id}/secrets/{path}", responses((status = 201, body = Echo)))]
async fn put(request: HttpRequest, body: Body<CreateThing>) -> Answer<Created<Echo>> {
    let path = secret_path(&request)?;
    let thing = body.required()?;
    Ok(Created::new(Echo {
        path: path.to_string(),
        detail: format!("{thing:?}"),
    }))
}

#[utoipa::path(post, path = "/v1/vaults/{vault_id}/secrets/{path}/rotate", responses((status = 200, body = Echo)))]
async fn rotate(request: HttpRequest) -> Answer<Success<Echo>> {
    Ok(echo(secret_path(&request)?.as_str(), "rotate"))
}

#[utoipa::path(get, path = "/v1/vaults/{vault_id}/secret-version/{path}/{version}", responses((status = 200, body = Echo)))]
async fn version(request: HttpRequest) -> Answer<Success<Echo>> {
    let (path, version) = versioned_path(&request)?;
    Ok(echo(path.as_str(), version.get().to_string()))
}

#[utoipa::path(get, path = "/v1/vaults/{vault_id}/secrets", responses((status = 200, body = Echo)))]
async fn list(request: HttpRequest) -> Answer<Success<Echo>> {
    let query = Query::of(&request, &["limit", "cursor", "prefix"])?;
    let list = query.list_request()?;
    let limit = list.limit.map_or(0, oneclaw_domain::PageSize::get);
    Ok(echo(query.prefix()?.as_str(), limit.to_string()))
}

#[utoipa::path(get, path = "/v1/vaults/{vault_id}", responses((status = 200, body = Echo)))]
async fn vault(
    request: HttpRequest,
    info: RequestInfo,
    audience: Audience,
) -> Answer<Success<Echo>> {
    let id = path_id(&request, "vault_id", VaultId::parse)?;
    let client = info.audit().ip.map(|ip| ip.to_string());
    let client = client.unwrap_or_default();
    Ok(echo(id.to_string(), format!("{client} {audience:?}")))
}

#[derive(Debug, Deserialize, Default, ToSchema)]
pub(crate) struct CreateThing {
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    name: Given<String>,
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    value: Given<SecretField>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    max_access_count: Given<i64>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    scopes: Given<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Given<RawObject>,
}

impl CreateThing {
    fn parse(self) -> Result<Echo, Refusal> {
        let mut fields = Fields::new();
        let name = fields.required("name", self.name, |t| VaultName::parse(&t));
        let value = fields.required("value", self.value, Ok);
        let count = fields.optional(
            "max_access_count",
            self.max_access_count,
            MaxAccessCount::new,
        );
        let scopes = fields.optional("scopes", self.scopes, Ok);
        let metadata = fields.optional("metadata", self.metadata, |m| Metadata::parse(m.expose()));
        fields.finish(|| {
            let length = value?.expose().len();
            let detail = format!("{length} {:?} {:?} {:?}", count?, scopes?, metadata?);
            Some(Echo {
                path: name?.as_str().to_owned(),
                detail,
            })
        })
    }
}

#[utoipa::path(post, path = "/v1/things", request_body = CreateThing, responses((status = 201, body = Echo)))]
async fn create(body: Body<CreateThing>) -> Answer<Created<Echo>> {
    Ok(Created::new(body.required()?.parse()?))
}

#[utoipa::path(post, path = "/v1/things/optional", responses((status = 200, body = Echo)))]
async fn optional(body: Body<CreateThing>) -> Answer<Success<Echo>> {
    let thing = body.optional()?;
    Ok(echo("", thing.name.is_given().to_string()))
}

/// The one token that this table knows.
pub(crate) const TOKEN: &str = "good.token";

fn authenticate(bearer: &Bearer) -> Result<(), Refusal> {
    match bearer.token() {
        Some(TOKEN) => Ok(()),
        Some(_) => Err(Refusal::Unauthenticated(AuthFailure::InvalidToken)),
        None => Err(Refusal::Unauthenticated(AuthFailure::Missing)),
    }
}

#[utoipa::path(post, path = "/v1/guarded", request_body = CreateThing, responses((status = 201, body = Echo)))]
async fn guarded(bearer: Bearer, body: Body<CreateThing>) -> Answer<Created<Echo>> {
    authenticate(&bearer)?;
    Ok(Created::new(body.required()?.parse()?))
}

#[utoipa::path(delete, path = "/v1/guarded", responses((status = 204)))]
async fn delete(bearer: Bearer) -> Answer<NoContent> {
    authenticate(&bearer)?;
    Ok(NoContent)
}

#[utoipa::path(get, path = "/v1/panic", responses((status = 200)))]
async fn panics() -> NoContent {
    panic!("on purpose");
}

#[utoipa::path(get, path = "/v1/broken", responses((status = 200)))]
async fn broken() -> Answer<NoContent> {
    Err(Problem::internal("the secret cause"))
}

#[utoipa::path(get, path = "/.well-known/keys.json", responses((status = 200, body = Echo)))]
async fn keys() -> Answer<Success<Echo>> {
    Ok(echo("", "keys"))
}
