//! The outermost layer: what every request passes and every answer gets.

mod admission;
mod cors;
mod headers;
mod layer;
mod maintenance;
mod quota;
mod rate_guard;
mod request_id;
mod site;
mod trace_context;

pub(crate) use layer::Layer;
pub(crate) use rate_guard::RateGuard;
pub(crate) use site::asks_for_another_site;
