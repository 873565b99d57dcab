//! A stored password hash: written as a PHC string, read with distrust.

use argon2::password_hash::Error;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::block_pool::BlockPool;
use super::params::{HASH_LEN, PasswordPolicyParams, SALT_LEN};
use crate::constant_time_eq;

/// The PHC string of a hash that [`PasswordPolicyParams::argon2`] computed.
pub(super) fn to_phc(params: &Params, salt: &[u8], hash: &[u8]) -> Result<String, Error> {
    let row = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(hash)?),
    };
    Ok(row.to_string())
}

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
    pub(super) fn matches(&self, password: &[u8], pool: &BlockPool) -> Option<bool> {
        let mut computed = Zeroizing::new(vec![0; self.hash.len()]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        pool.compute(&argon2, password, &self.salt, &mut computed)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cry_07_the_cap_is_exact_and_checked_before_anything_is_computed() {
        let is_read = |costs: &str| {
            let salt_and_hash =
                "AAECAwQFBgcICQoLDA0ODw$xS5rdTl7ppbYZoS3aZJQSPuBks4p4O+PSmBqGMMe/7U";
            StoredHash::parse(&format!("$argon2id$v=19${costs}${salt_and_hash}")).is_some()
        };
        assert!(is_read("m=262144,t=16,p=16"));
        for above in [
            "m=262145,t=16,p=16",
            "m=262144,t=17,p=16",
            "m=262144,t=16,p=17",
            "m=4194304,t=1,p=1",
            "m=4294967295,t=4294967295,p=1",
            "m=8,t=1,p=1,keyid=AAAA",
            "m=8,t=1,p=1,data=AAAA",
        ] {
            assert!(!is_read(above), "{above}");
        }
    }
}
