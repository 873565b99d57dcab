//! What a fulfilled request is answered.

mod audience;
mod success;

pub use audience::Audience;
pub use success::{Answer, Created, NoContent, NotModified, Success};
