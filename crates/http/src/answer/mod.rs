//! What a fulfilled request is answered.

mod audience;
mod success;

pub use audience::Audience;
pub use success::{Accepted, Answer, Created, NoContent, NotModified, Success};
