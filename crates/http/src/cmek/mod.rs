//! Keys that customers manage.

mod disable;
mod enable;
mod job;
mod response;
mod rotate;
mod routes;

pub(crate) use routes::ROUTES;
