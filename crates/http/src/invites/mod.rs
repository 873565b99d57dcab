//! Invitations into an organization.

mod cancel;
mod create;
mod list;
mod response;
mod routes;

pub(crate) use routes::ROUTES;
