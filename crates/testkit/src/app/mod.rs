//! The whole product in one process, over real sockets and a real store.

mod answer;
mod instance;
mod person;
mod request;
mod test_app;

pub use answer::Answer;
pub use instance::Instance;
pub use person::Person;
pub use request::Request;
pub use test_app::TestApp;
