//! How the server is.

mod check;

pub use check::{Health, HealthStatus, KeyProviderStatus, Readiness};
