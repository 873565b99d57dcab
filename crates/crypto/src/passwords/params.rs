//! What one password hash costs.

use argon2::{Algorithm, Argon2, Params, Version};

use crate::CryptoError;

/// Bytes of a salt, as RFC 9106 section 3.1 recommends.
pub(super) const SALT_LEN: usize = 16;
/// Bytes of a hash.
pub(super) const HASH_LEN: usize = 32;

/// Costs of Argon2id (RFC 9106). The default is the first choice of the OWASP Password Storage Cheat Sheet for one
/// lane: 19 MiB, two passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicyParams {
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub iterations: u32,
    /// Lanes, at least 1.
    pub parallelism: u32,
}

impl Default for PasswordPolicyParams {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

impl PasswordPolicyParams {
    /// More than this is refused, whether configured or found in a stored row: 256 MiB, 16 passes, 16 lanes. It
    /// bounds what a row that someone planted can make the server do.
    pub const CAP: Self = Self {
        memory_kib: 256 * 1024,
        iterations: 16,
        parallelism: 16,
    };

    /// The least that Argon2 takes: for tests that log in a thousand times, never for stored passwords.
    pub fn cheap_for_tests() -> Self {
        Self {
            memory_kib: 8,
            iterations: 1,
            parallelism: 1,
        }
    }

    pub(super) fn is_within_cap(self) -> bool {
        self.memory_kib <= Self::CAP.memory_kib
            && self.iterations <= Self::CAP.iterations
            && self.parallelism <= Self::CAP.parallelism
    }

    pub(super) fn argon2(self) -> Result<Argon2<'static>, CryptoError> {
        let refused = || {
            CryptoError::Parameters(format!(
                "password cost of {} KiB, {} iterations, {} lanes is out of range (8 KiB a lane to {} KiB, 1 to {} iterations, 1 to {} lanes)",
                self.memory_kib,
                self.iterations,
                self.parallelism,
                Self::CAP.memory_kib,
                Self::CAP.iterations,
                Self::CAP.parallelism,
            ))
        };
        if !self.is_within_cap() {
            return Err(refused());
        }
        let params = Params::new(
            self.memory_kib,
            self.iterations,
            self.parallelism,
            Some(HASH_LEN),
        )
        .map_err(|_| refused())?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}
