//! Members of an organization.

mod change_role;
mod list;
mod remove;
mod response;
mod routes;

pub(crate) use routes::ROUTES;
