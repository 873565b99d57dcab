//! Second factors, and fresh proofs of who somebody is.

mod disable;
mod enable;
mod reauth;
mod routes;
mod setup;
mod status;
mod verify;

pub(crate) use routes::ROUTES;
