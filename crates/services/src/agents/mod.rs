//! Agents: programs that act by grants alone.

mod batch_delete;
mod create;
mod delete;
mod differing;
mod identity;
mod list;
mod register;
mod rotate_identity;
mod rotate_key;
mod service;
mod show;
mod show_own;
mod update;

pub use batch_delete::AgentsDeleted;
pub(crate) use register::register;
pub use register::{KeyedAgent, RegisterAgentCommand};
pub use service::Agents;
pub use update::AgentChanges;
