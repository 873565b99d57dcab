//! One row of the table.

use super::Documentation;
use actix_web::Route;
use actix_web::http::Method;

/// Where an endpoint answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Under `/v1`, and under `/api/v1` where the alias is on (contract 1.1).
    Api,
    /// At the root: key documents, pages, probes.
    Root,
}

/// What an endpoint makes of a request's body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyKind {
    /// It is not read.
    None,
    /// A JSON object, or nothing.
    Optional,
    /// A JSON object.
    Required,
    /// Bytes that are signed as they stand.
    Raw,
}

/// What an endpoint asks of the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Auth {
    /// Nothing: an `Authorization` header is ignored.
    Public,
    /// A bearer credential.
    Bearer,
}

/// One method of one path.
///
/// In `path`, `{name}` is one segment; `{path}` is a secret's path and spans segments.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The method; any other at the same path is 405.
    pub method: Method,
    /// The path without the `/v1`, as in the documents: `/vaults/{vault_id}/secrets/{path}`.
    pub path: &'static str,
    /// Where it answers.
    pub place: Place,
    /// The operation's id: the label in metrics, traces and the OpenAPI document.
    pub id: &'static str,
    /// The action that policy judges and the journal names, as `secret.read`; a public endpoint
    /// that is no action has the empty name.
    pub action: &'static str,
    /// What it makes of a body.
    pub body: BodyKind,
    /// What it asks of the caller.
    pub auth: Auth,
    /// The handler: `|| web::to(create::handle)`.
    pub route: fn() -> Route,
    /// The handler's words for the OpenAPI document: `documented::<create::__path_handle>`.
    pub docs: fn() -> Documentation,
}

impl Endpoint {
    /// The path as a caller writes it, and as documents and meters name it.
    pub(crate) fn full_path(&self) -> String {
        match self.place {
            Place::Api => format!("/v1{}", self.path),
            Place::Root => self.path.to_owned(),
        }
    }
}
