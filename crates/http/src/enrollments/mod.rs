//! Agents that ask to be registered.

mod decide;
mod enroll;
mod lookup;
mod routes;
mod status;

pub(crate) use routes::ROUTES;
