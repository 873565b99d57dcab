//! What was done.

mod export;
mod list;
mod list_bare;
mod response;
mod routes;
mod verify;
mod wanted;

pub(crate) use routes::ROUTES;
