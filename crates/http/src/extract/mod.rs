//! What comes in: read once, strictly, into typed values.

mod auth_confirm;
mod bearer;
mod client;
mod json;
mod path;
mod percent;
mod preconditions;
mod query;
mod request_info;

pub(crate) use auth_confirm::AuthConfirm;
pub use bearer::Bearer;
pub use client::client_address;
pub(crate) use client::{FORWARDED_FOR, is_passed_on};
pub use json::{Body, Fields, Given, RawObject, SecretField, Shape};
pub use path::{path_id, secret_path, versioned_path};
pub use preconditions::{EntityTags, Preconditions};
pub use query::Query;
pub use request_info::RequestInfo;
