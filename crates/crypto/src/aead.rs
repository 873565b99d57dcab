//! AES-256-GCM as every format of this crate uses it: a key per context, and the layer as associated data.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use zeroize::{Zeroize, Zeroizing};

use crate::context::push_item;
use crate::{Context, CryptoError, KeyId, Plaintext, SymmetricKey, random};

/// Bytes of a nonce, NIST SP 800-38D section 5.2.1.1.
pub(crate) const NONCE_LEN: usize = 12;
/// Bytes of an authentication tag.
pub(crate) const TAG_LEN: usize = 16;
/// What a sealed layer is longer than what went in.
pub(crate) const LAYER_OVERHEAD: usize = NONCE_LEN + TAG_LEN;

const HKDF_SALT: &[u8] = b"oneclaw hkdf v1";

/// One layer of encryption: its label, the format byte, the key that it names and what it belongs to.
pub(crate) struct Layer<'a> {
    pub(crate) label: &'static str,
    pub(crate) format: u8,
    pub(crate) key_id: KeyId,
    pub(crate) context: &'a Context,
}

impl Layer<'_> {
    /// Label with its length, format byte, key id, context: the associated data, and the `info` of HKDF.
    fn encoded(&self) -> Vec<u8> {
        let context = self.context.encoded();
        let mut encoded = Vec::with_capacity(32 + KeyId::LEN + context.len());
        push_item(&mut encoded, self.label.as_bytes());
        encoded.push(self.format);
        encoded.extend_from_slice(self.key_id.as_bytes());
        encoded.extend_from_slice(context);
        encoded
    }

    /// Appends nonce, ciphertext and tag under a key derived from `key` for this layer alone.
    ///
    /// A long-lived key never meets AES-GCM itself: HKDF-SHA256 (RFC 5869) gives each context a key of its own,
    /// so the bound of 2^32 random nonces per key of NIST SP 800-38D section 8.3 is never in reach.
    pub(crate) fn seal_derived(
        &self,
        key: &SymmetricKey,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        let encoded = self.encoded();
        seal(&derive(key, &encoded)?, &encoded, plaintext, out)
    }

    /// Opens what [`Layer::seal_derived`] made.
    pub(crate) fn open_derived(
        &self,
        key: &SymmetricKey,
        sealed: &[u8],
    ) -> Result<Plaintext, CryptoError> {
        let encoded = self.encoded();
        open(&derive(key, &encoded)?, &encoded, sealed)
    }

    /// Appends nonce, ciphertext and tag under `key` itself, which must be fresh and used for this alone.
    pub(crate) fn seal_once(
        &self,
        key: &SymmetricKey,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        seal(&direct(key)?, &self.encoded(), plaintext, out)
    }

    /// Opens what [`Layer::seal_once`] made.
    pub(crate) fn open_once(
        &self,
        key: &SymmetricKey,
        sealed: &[u8],
    ) -> Result<Plaintext, CryptoError> {
        open(&direct(key)?, &self.encoded(), sealed)
    }
}

fn derive(key: &SymmetricKey, info: &[u8]) -> Result<LessSafeKey, CryptoError> {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, HKDF_SALT).extract(key.expose());
    let info = [info];
    let expanded = extracted
        .expand(&info, &AES_256_GCM)
        .map_err(|_| CryptoError::Opaque)?;
    Ok(LessSafeKey::new(UnboundKey::from(expanded)))
}

/// `key` as the cipher takes it.
pub(crate) fn direct(key: &SymmetricKey) -> Result<LessSafeKey, CryptoError> {
    UnboundKey::new(&AES_256_GCM, key.expose())
        .map(LessSafeKey::new)
        .map_err(|_| CryptoError::Opaque)
}

/// Appends nonce, ciphertext and tag.
pub(crate) fn seal(
    key: &LessSafeKey,
    associated: &[u8],
    plaintext: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), CryptoError> {
    let nonce = random::<NONCE_LEN>()?;
    // Room for everything first: a vector that grows would leave a copy of the plaintext behind.
    out.reserve(LAYER_OVERHEAD + plaintext.len());
    out.extend_from_slice(&*nonce);
    let start = out.len();
    out.extend_from_slice(plaintext);
    let (_, in_out) = out.split_at_mut(start);
    let nonce = Nonce::assume_unique_for_key(*nonce);
    if let Ok(tag) = key.seal_in_place_separate_tag(nonce, Aad::from(associated), in_out) {
        out.extend_from_slice(tag.as_ref());
        Ok(())
    } else {
        out.zeroize();
        Err(CryptoError::Opaque)
    }
}

/// Opens nonce, ciphertext and tag.
pub(crate) fn open(
    key: &LessSafeKey,
    associated: &[u8],
    sealed: &[u8],
) -> Result<Plaintext, CryptoError> {
    let (nonce, ciphertext) = sealed
        .split_at_checked(NONCE_LEN)
        .ok_or(CryptoError::Opaque)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CryptoError::Opaque)?;
    let mut in_out = Zeroizing::new(ciphertext.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(associated), &mut in_out)
        .map_err(|_| CryptoError::Opaque)?
        .len();
    in_out.truncate(length);
    Ok(Plaintext::new(std::mem::take(&mut *in_out)))
}
