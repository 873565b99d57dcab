//! Secrets.

mod delete;
mod disable_version;
mod list;
mod list_versions;
mod put;
mod response;
mod reveal;
mod reveal_version;
mod rotate;
mod rotate_alias;
mod routes;

pub(crate) use routes::ROUTES;
