//! Password hashing with Argon2id behind a bounded queue.

mod block_pool;
mod hasher;
mod params;
mod row;

pub use hasher::{PasswordHasher, Verdict};
pub use params::PasswordPolicyParams;
