//! A stored password hash, read with distrust.

use argon2::password_hash::phc::PasswordHash;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::params::{HASH_LEN, PasswordPolicyParams, SALT_LEN};
use crate::constant_time_eq;

/// A PHC string that is Argon2id version 19 within the cap.
pub(super) struct StoredHash {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl StoredHash {
    /// Reads `phc`; `None` when it is not one of ours or costs more than the cap.
    pub(super) fn parse(phc: &str) -> Option<Self> {
        let row = PasswordHash::new(phc).ok()?;
        if row.algorithm != ARGON2ID_IDENT || row.version != Some(Version::V0x13.into()) {
            return None;
        }
        let params = Params::try_from(&row).ok()?;
        let costs = PasswordPolicyParams {
            memory_kib: params.m_cost(),
            iterations: params.t_cost(),
            parallelism: params.p_cost(),
        };
        if !costs.is_within_cap() || !params.keyid().is_empty() || !params.data().is_empty() {
            return None;
        }
        Some(Self {
            salt: row.salt?.to_vec(),
            hash: row.hash?.as_bytes().to_vec(),
            params,
        })
    }

    /// Computes one hash at the cost of the row and compares in constant time; `None` when it cannot be computed.
    pub(super) fn matches(&self, password: &[u8]) -> Option<bool> {
        let mut computed = Zeroizing::new(vec![0; self.hash.len()]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
            .hash_password_into(password, &self.salt, &mut computed)
            .ok()?;
        Some(constant_time_eq(&computed, &self.hash))
    }

    /// Whether the row was made with other costs or sizes than those of today.
    pub(super) fn is_outdated(&self, today: PasswordPolicyParams) -> bool {
        self.params.m_cost() != today.memory_kib
            || self.params.t_cost() != today.iterations
            || self.params.p_cost() != today.parallelism
            || self.salt.len() < SALT_LEN
            || self.hash.len() != HASH_LEN
    }
}
