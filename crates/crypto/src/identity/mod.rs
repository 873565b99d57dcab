//! Key pairs of agents: made here, kept as values elsewhere.

mod pair;
mod point;

pub use pair::IdentityPair;
