//! The real server on a real socket, over a small table of its own: what the wire promises before
//! any endpoint of the product exists.

mod bodies;
mod credentials;
mod documents;
mod framing;
mod headers;
mod paths;
mod server;
mod small_table;
