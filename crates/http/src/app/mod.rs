//! The application, put together for whoever serves it: the binary and the tests alike.

mod core;
mod http_app;
mod server;

pub(crate) use self::core::Core;
pub use http_app::HttpApp;
pub use server::serving;
