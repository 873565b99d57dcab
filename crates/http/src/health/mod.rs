//! How the server is.

mod hsm;
mod livez;
mod readyz;
mod routes;
mod status;

pub(crate) use routes::ROUTES;
