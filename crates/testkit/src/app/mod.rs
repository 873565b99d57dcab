//! The whole product in one process, over real sockets and a real store.

mod answer;
mod audit;
mod forge;
mod instance;
mod mail;
mod person;
mod request;
mod test_app;

pub use answer::Answer;
pub use forge::{TokenForge, token_claims, token_header, token_verifies, unsigned};
pub use instance::Instance;
pub use person::Person;
pub use request::Request;
pub use test_app::TestApp;
