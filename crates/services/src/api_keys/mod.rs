//! Personal API keys.

mod create;
mod list;
mod revoke;
mod service;

pub use create::{CreateApiKeyCommand, CreatedApiKey};
pub use service::ApiKeys;
