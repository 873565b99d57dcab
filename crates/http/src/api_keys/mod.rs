//! Personal API keys.

mod create;
mod list;
mod response;
mod revoke;
mod routes;

pub(crate) use routes::ROUTES;
