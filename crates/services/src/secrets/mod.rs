//! Secrets.

mod delete;
mod disable;
mod list;
mod list_versions;
mod precondition;
mod put;
mod reveal;
mod rotate;
mod service;
mod write;

pub use precondition::Precondition;
pub use put::PutSecretCommand;
pub use reveal::{Known, Reading, Revealed};
pub use rotate::RotateSecretCommand;
pub use service::Secrets;
pub use write::Written;
pub(crate) use write::{Draft, Source, add_version};
