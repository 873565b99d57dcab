//! Agents that ask to be registered.

mod decide;
mod enroll;
mod link;
mod lookup;
mod mail;
mod public_key;
mod service;
mod status;

pub use decide::{DecideCommand, Decided};
pub use enroll::{EnrollCommand, Enrolled, EnrollmentTry};
pub use lookup::PendingEnrollment;
pub use public_key::AgentPublicKey;
pub use service::Enrollments;
pub use status::EnrollmentStatus;
