//! Access tokens under attack.

mod claims;
mod encoding;
mod forge;
mod header;
