//! Devices that ask to be logged in (RFC 8628).

mod code;
mod decide;
mod lookup;
mod routes;
mod status;
mod token;

pub(crate) use routes::ROUTES;
