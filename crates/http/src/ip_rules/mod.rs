//! Rules about callers' addresses.

mod create;
mod delete;
mod list;
mod response;
mod routes;

pub(crate) use routes::ROUTES;
