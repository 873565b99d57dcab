//! Everything that is answered when a request is not fulfilled (RFC 7807, contract 2).

mod kinds;
mod refusal;
mod wire;

pub use kinds::Problem;
pub(crate) use refusal::denied;
pub use refusal::status_of;
pub use wire::ProblemBody;
pub(crate) use wire::Told;
