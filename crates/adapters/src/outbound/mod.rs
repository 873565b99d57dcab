//! Requests to servers that the operator named, over HTTP/1.1 and TLS by rustls.

mod remote;

pub(crate) use remote::{Answered, CallError, Remote, UnusableUrl};
