//! The pages that mails and clients link to: complete in the binary, and without any answer of
//! their own. They use the API as any client does.

mod routes;
mod serve;

pub(crate) use routes::ROUTES;
pub(crate) use serve::share;
