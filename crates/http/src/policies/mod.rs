//! Policies: who may do what at which paths of a vault.

mod create;
mod delete;
mod dry_run;
mod explain;
mod fields;
mod list;
mod response;
mod routes;
mod update;

pub(crate) use routes::ROUTES;
