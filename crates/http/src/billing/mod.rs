//! What an organization uses, and how it pays (contract 16).

mod credits;
mod entries;
mod history;
mod model_billing;
mod overage_method;
mod page;
mod portal;
mod routes;
mod subscribe;
mod subscription;
mod top_up;
mod usage;
mod webhook;

pub(crate) use routes::ROUTES;
