//! Shares: a secret given to somebody, by person, agent, address or link.

mod accept;
mod create;
mod create_alias;
mod decline;
mod list_alias;
mod list_inbound;
mod list_outbound;
mod negotiation;
mod preview;
mod read;
mod read_by_post;
mod read_or_page;
mod response;
mod revoke;
mod revoke_alias;
mod routes;

pub(crate) use negotiation::wants_json;
pub(crate) use routes::ROUTES;
