//! Values that a client encrypts under a key of its own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::aead::{self, LAYER_OVERHEAD};
use crate::{CryptoError, Plaintext, SymmetricKey, sha256};

/// Version 1 of the client's byte format.
const FORMAT: u8 = 1;
/// What a blob is longer than its plaintext, in bytes.
const OVERHEAD: usize = 1 + LAYER_OVERHEAD;

/// A customer's key, held for as long as one rotation takes. Zeroized on drop; it cannot be copied or shown.
///
/// Format 1 of what it encrypts: `0x01 | nonce, 12 | AES-256-GCM ciphertext | tag, 16`, without associated data,
/// in base64 with padding. Clients make it, so the format is not ours to change.
pub struct CmekKey(SymmetricKey);

impl CmekKey {
    /// Reads base64 with padding of exactly 32 bytes.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CryptoError> {
        // Room for what such a text decodes to at most, and not a byte of memory for a longer one.
        let mut bytes = Zeroizing::new([0; SymmetricKey::LEN + 1]);
        let length = STANDARD
            .decode_slice(text, bytes.as_mut_slice())
            .map_err(|_| CryptoError::Opaque)?;
        let key = bytes.get(..length).ok_or(CryptoError::Opaque)?;
        SymmetricKey::from_bytes(key).map(Self)
    }

    /// SHA-256 of the key: what the server keeps of it.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(self.0.expose())
    }

    /// Opens a blob.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when it is none, or is under another key.
    pub fn open(&self, blob: &str) -> Result<Plaintext, CryptoError> {
        match STANDARD.decode(blob).as_deref() {
            Ok([FORMAT, sealed @ ..]) => aead::open(&aead::direct(&self.0)?, &[], sealed),
            _ => Err(CryptoError::Opaque),
        }
    }

    /// Makes a blob, under a fresh random nonce.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn seal(&self, plaintext: &[u8]) -> Result<String, CryptoError> {
        let mut blob = Vec::with_capacity(OVERHEAD + plaintext.len());
        blob.push(FORMAT);
        aead::seal(&aead::direct(&self.0)?, &[], plaintext, &mut blob)?;
        Ok(STANDARD.encode(blob))
    }

    /// Whether a text has the form of a blob. Whether it opens only who has the key can tell.
    pub fn is_blob(text: &str) -> bool {
        match STANDARD.decode(text).as_deref() {
            Ok([FORMAT, sealed @ ..]) => sealed.len() >= LAYER_OVERHEAD,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> CmekKey {
        CmekKey::parse(&STANDARD.encode([byte; 32])).unwrap()
    }

    #[test]
    fn cry_09_a_key_is_base64_of_32_bytes() {
        let whole = STANDARD.encode([0xfe; 32]);
        assert!(CmekKey::parse(&whole).is_ok());
        let mut loose = whole.clone();
        loose.replace_range(42..43, "5");
        for bad in [
            "",
            "=",
            whole.trim_end_matches('='),
            &whole.replace('/', "_"),
            &format!(" {whole}"),
            &format!("{whole}\n"),
            &STANDARD.encode([0xfe; 31]),
            &STANDARD.encode([0xfe; 33]),
            &STANDARD.encode([0xfe; 64]),
            &"fe".repeat(32),
            &"A".repeat(100_000),
            &loose,
        ] {
            assert!(CmekKey::parse(bad).is_err(), "{}", bad.len());
        }
    }

    #[test]
    fn cry_09_every_flipped_bit_and_another_key_fail_alike() {
        let sealed = key(1).seal(b"hunter2").unwrap();
        assert_eq!(key(1).open(&sealed).unwrap().expose(), b"hunter2");
        assert_eq!(key(2).open(&sealed).unwrap_err(), CryptoError::Opaque);
        let bytes = STANDARD.decode(&sealed).unwrap();
        assert_eq!(bytes.len(), OVERHEAD + 7);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let changed = STANDARD.encode(changed);
                assert_eq!(key(1).open(&changed).unwrap_err(), CryptoError::Opaque);
            }
        }
        for length in 0..bytes.len() {
            let cut = STANDARD.encode(&bytes[..length]);
            assert_eq!(key(1).open(&cut).unwrap_err(), CryptoError::Opaque);
        }
    }

    #[test]
    fn cry_09_a_value_has_the_form_of_a_blob_or_not() {
        assert!(CmekKey::is_blob(&key(1).seal(b"").unwrap()));
        assert!(CmekKey::is_blob(&STANDARD.encode([1; 29])));
        for bad in [
            String::new(),
            "hunter2".to_owned(),
            STANDARD.encode([1; 28]),
            STANDARD.encode([2; 29]),
            STANDARD.encode([0; 29]),
            STANDARD.encode([1; 29]).trim_end_matches('=').to_owned(),
            format!("{} ", STANDARD.encode([1; 29])),
            STANDARD.encode([1; 60]).replace('A', "-"),
        ] {
            assert!(!CmekKey::is_blob(&bad), "{bad}");
        }
    }

    #[test]
    fn cry_02_no_nonce_of_a_blob_repeats() {
        let nonces: std::collections::HashSet<Vec<u8>> = (0..4096)
            .map(|_| STANDARD.decode(key(1).seal(b"").unwrap()).unwrap()[1..13].to_vec())
            .collect();
        assert_eq!(nonces.len(), 4096);
    }
}
