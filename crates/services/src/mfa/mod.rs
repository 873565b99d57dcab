//! Second factors, and fresh proofs of who somebody is.

mod check;
mod disable;
mod enable;
mod password;
mod person;
mod reauth;
mod sealed;
mod service;
mod setup;
mod status;
mod step_up;
mod verify;

pub use disable::DisableMfaProof;
pub use reauth::{ReauthCommand, StepUpToken};
pub use service::Mfa;
pub use setup::MfaSetup;
pub use verify::VerifyMfaCommand;
