//! The REST API: endpoint table, handlers, problem details.
//!
//! Owns the wire: actix, addresses, headers, JSON, status codes, and the documents that describe
//! them. Must never know a store, a key or a policy: what is decided is decided by the services.
//!
//! # How a handler is written
//!
//! One file per verb, in a folder per noun, holds the request's and the answer's types, the handler
//! and its words for the OpenAPI document; the noun's `routes.rs` holds its rows of the table. A
//! handler parses, does, answers, in the order of contract 2.4: [`Body`] refuses what is too large
//! or no JSON while it is read; then the caller is authenticated; then the input is looked at, all
//! fields at once; then one use case is called.
//!
//! ```
//! use actix_web::web::Data;
//! use oneclaw_domain::{ApiKeyName, Timestamp};
//! use oneclaw_http::{Answer, Bearer, Body, Created, Fields, Given, RequestInfo};
//! use oneclaw_services::{AuditRequest, Refusal};
//! use serde::{Deserialize, Serialize};
//! use utoipa::ToSchema;
//!
//! #[derive(Deserialize, Default, ToSchema)]
//! pub struct CreateThingRequest {
//!     /// What to call it.
//!     #[serde(default)]
//!     #[schema(value_type = String, required = true)]
//!     name: Given<String>,
//!     /// When it ends.
//!     #[serde(default)]
//!     #[schema(value_type = Option<String>)]
//!     expires_at: Given<String>,
//! }
//!
//! pub struct CreateThing {
//!     name: ApiKeyName,
//!     expires_at: Option<Timestamp>,
//! }
//!
//! impl CreateThingRequest {
//!     fn parse(self) -> Result<CreateThing, Refusal> {
//!         let mut fields = Fields::new();
//!         let name = fields.required("name", self.name, |t| ApiKeyName::parse(&t));
//!         let end = fields.optional("expires_at", self.expires_at, |t| Timestamp::parse(&t));
//!         fields.finish(|| Some(CreateThing { name: name?, expires_at: end? }))
//!     }
//! }
//!
//! #[derive(Serialize, ToSchema)]
//! pub struct ThingResponse {
//!     name: String,
//! }
//!
//! # pub struct Things;
//! # pub struct Caller;
//! # impl Things {
//! #     async fn authenticate(&self, _: Option<&str>, _: AuditRequest) -> Result<Caller, Refusal> { Ok(Caller) }
//! #     async fn create(&self, _: &Caller, _: CreateThing) -> Result<ThingResponse, Refusal> { Err(Refusal::NotFound) }
//! # }
//! #[utoipa::path(
//!     post,
//!     path = "/v1/things",
//!     tag = "Things",
//!     summary = "Make a thing",
//!     request_body = CreateThingRequest,
//!     responses((status = 201, description = "It is made", body = ThingResponse))
//! )]
//! pub async fn handle(
//!     things: Data<Things>,
//!     request: RequestInfo,
//!     bearer: Bearer,
//!     body: Body<CreateThingRequest>,
//! ) -> Answer<Created<ThingResponse>> {
//!     let caller = things.authenticate(bearer.token(), request.audit()).await?;
//!     let command = body.required()?.parse()?;
//!     let thing = things.create(&caller, command).await?;
//!     Ok(Created::new(thing))
//! }
//! ```
//!
//! Its row: `Endpoint { method: Method::POST, path: "/things", place: Place::Api, id: "createThing",
//! action: CreateThing::NAME, body: BodyKind::Required, auth: Auth::Bearer, route: ||
//! web::to(create::handle), docs: documented::<create::__path_handle> }`.

mod account;
mod admin;
mod agents;
mod answer;
mod api_keys;
mod app;
mod audit;
mod auth;
mod billing;
mod cmek;
mod devices;
mod docs_page;
mod endpoint;
mod enrollments;
mod extract;
mod health;
mod invites;
mod ip_rules;
mod keys;
mod members;
mod metrics;
mod mfa;
mod middleware;
mod openapi;
mod pages;
mod policies;
mod problem;
mod screen;
mod secrets;
mod settings;
mod shares;
mod table;
mod vaults;

pub use answer::{Accepted, Answer, Audience, Created, NoContent, NotModified, Success};
pub use app::{HttpApp, serving};
pub use endpoint::{Auth, BodyKind, Documentation, Endpoint, Matched, Place, documented};
pub use extract::{
    Bearer, Body, EntityTags, Fields, Given, Preconditions, Query, RawObject, RequestInfo,
    SecretField, Shape, client_address, path_id, secret_path, versioned_path,
};
pub use metrics::Metrics;
pub use openapi::document;
pub use problem::{Problem, ProblemBody, status_of};
pub use settings::{HttpSettings, RateLimit};
pub use table::TABLE;
