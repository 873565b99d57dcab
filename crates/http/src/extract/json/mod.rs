//! JSON bodies: bounded, strict, and silent about what they held.

mod body;
mod content_type;
mod fields;
mod given;
mod secret_field;
mod shape;
mod structure;

pub use body::Body;
pub use fields::Fields;
pub use given::Given;
pub use secret_field::SecretField;
pub use shape::{RawObject, Shape};
