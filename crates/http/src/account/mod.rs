//! A person's own account.

mod response;
mod routes;
mod show;
mod update;

pub(crate) use routes::ROUTES;
