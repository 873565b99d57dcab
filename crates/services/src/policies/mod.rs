//! Policies: who may do what at which paths of a vault.

mod create;
mod delete;
mod dry_run;
mod explain;
mod list;
mod room;
mod running;
mod service;
mod terms;
mod update;

pub use create::CreatePolicyCommand;
pub use dry_run::{DryRun, DryRunCommand, Flip, Proposal};
pub use explain::{Decider, ExplainCommand, Explanation, SmallestGrant};
pub(crate) use room::room_about;
pub(crate) use running::{Running, Slot};
pub use service::Policies;
pub use update::{PolicyChange, Repeated, UpdatePolicyCommand};
