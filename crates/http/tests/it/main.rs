//! The real server on a real socket, over a small table of its own: what the wire promises before
//! any endpoint of the product exists.
//!
//! The modules say that they are tests, so that their helpers may do what tests may.

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod server;
#[cfg(test)]
mod small_table;
