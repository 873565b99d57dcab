//! The page to browse the API with, complete in the binary: it works without the internet.

mod serve;

pub(crate) use serve::ROUTES;
