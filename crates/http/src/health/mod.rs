//! How the server is.

mod health;
mod hsm;
mod livez;
mod readyz;
mod routes;

pub(crate) use routes::ROUTES;
