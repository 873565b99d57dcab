//! What decides access.

mod agents;
mod grants;
mod owners;
mod read;
mod users;

pub(crate) use agents::{agent_scopes_of, binding_of, environment_of, extras_of};
pub(crate) use owners::owner_of;
pub(crate) use users::role_of;
