//! Sealing rows that belong to no vault, under the installation's key for keyed hashes.

use crate::aead::{LAYER_OVERHEAD, Layer};
use crate::{Context, CryptoError, KeyId, MacKey, Plaintext};

/// Version 1 of the byte format.
const FORMAT: u8 = 1;
/// The key is the installation's only one, and never changes: no row needs to name it.
const NO_KEY_ID: KeyId = KeyId::from_bytes([0; KeyId::LEN]);

impl MacKey {
    /// Seals a row that belongs to `context`, for example mail that waits to be sent.
    ///
    /// Format 1: `0x01 | nonce, 12 | ciphertext | tag, 16`. AES-256-GCM under a key that HKDF-SHA256 derives from this
    /// one for a label of its own and the context, which is also the associated data: a row that was moved does not
    /// open, and no hash tells anything of the key.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn seal(&self, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut sealed = Vec::with_capacity(1 + LAYER_OVERHEAD + plaintext.len());
        sealed.push(FORMAT);
        layer(context).seal_derived(self.symmetric(), plaintext, &mut sealed)?;
        Ok(sealed)
    }

    /// Opens what [`MacKey::seal`] made for the same context.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] for anything else.
    pub fn open(&self, context: &Context, sealed: &[u8]) -> Result<Plaintext, CryptoError> {
        match sealed.split_first() {
            Some((&FORMAT, rest)) => layer(context).open_derived(self.symmetric(), rest),
            _ => Err(CryptoError::Opaque),
        }
    }
}

fn layer(context: &Context) -> Layer<'_> {
    Layer {
        label: "sealed row",
        format: FORMAT,
        key_id: NO_KEY_ID,
        context,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> MacKey {
        MacKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn context(id: &[u8]) -> Context {
        Context::new("mail").with(id)
    }

    #[test]
    fn cry_01_mail_05_every_flipped_bit_and_every_other_row_fails_alike() {
        let sealed = key(1).seal(&context(b"row 1"), b"token").unwrap();
        let opened = key(1).open(&context(b"row 1"), &sealed).unwrap();
        assert_eq!(opened.expose(), b"token");
        let fails = |key: &MacKey, context: &Context, sealed: &[u8]| {
            assert_eq!(key.open(context, sealed).unwrap_err(), CryptoError::Opaque);
        };
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                fails(&key(1), &context(b"row 1"), &changed);
            }
            fails(&key(1), &context(b"row 1"), &sealed[..at]);
        }
        fails(&key(1), &context(b"row 2"), &sealed);
        fails(&key(1), &Context::new("other").with(b"row 1"), &sealed);
        fails(&key(2), &context(b"row 1"), &sealed);
    }

    #[test]
    fn mail_05_the_same_row_sealed_twice_looks_different() {
        let seal = || key(1).seal(&context(b"row 1"), b"token").unwrap();
        assert_ne!(seal(), seal());
    }
}
