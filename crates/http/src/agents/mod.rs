//! Agents: programs that act by grants alone.

mod batch_delete;
mod create;
mod delete;
mod extras;
mod list;
mod parse;
mod response;
mod rotate_identity;
mod rotate_key;
mod routes;
mod show;
mod show_own;
mod update;

pub(crate) use response::AgentResponse;
pub(crate) use routes::ROUTES;
