//! The OpenAPI document, made of the table and the handlers' own words.

mod document;
mod serve;

pub use document::document;
pub(crate) use serve::ROUTES;
