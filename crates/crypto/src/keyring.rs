//! Master keys in memory: the current one wraps, the previous ones only open.

use std::fmt;

use crate::aead::{LAYER_OVERHEAD, Layer};
use crate::digest::sha256_of;
use crate::{Context, CryptoError, KeyId, Plaintext, SymmetricKey, Wrapped};

/// Version 1 of the byte format.
const FORMAT: u8 = 1;
const HEADER_LEN: usize = 1 + KeyId::LEN;
const ID_LABEL: &[u8] = b"oneclaw master key id";

/// The current master key and the previous ones, zeroized on drop.
///
/// Wrapped form 1: `0x01 | id of the master key, 16 | nonce, 12 | ciphertext | tag, 16`, AES-256-GCM under
/// HKDF-SHA256 of the master key and the context; layer, format byte, key id and context are associated data.
pub struct MasterKeyring {
    current: KeyId,
    keys: Vec<(KeyId, SymmetricKey)>,
}

impl MasterKeyring {
    /// A ring that wraps under `current` and also opens what the `previous` keys wrapped.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] when a key occurs twice.
    pub fn new(current: SymmetricKey, previous: Vec<SymmetricKey>) -> Result<Self, CryptoError> {
        let id = Self::id_of(&current);
        let mut ring = Self {
            current: id,
            keys: vec![(id, current)],
        };
        for key in previous {
            let id = Self::id_of(&key);
            if ring.knows(id) {
                return Err(CryptoError::Provider(format!(
                    "master key {id} is given twice"
                )));
            }
            ring.keys.push((id, key));
        }
        Ok(ring)
    }

    /// The id of a master key: the first 16 bytes of SHA-256("oneclaw master key id" || key).
    pub fn id_of(key: &SymmetricKey) -> KeyId {
        let digest = sha256_of(&[ID_LABEL, key.expose()]);
        let mut id = [0; KeyId::LEN];
        for (to, from) in id.iter_mut().zip(digest) {
            *to = from;
        }
        KeyId::from_bytes(id)
    }

    /// The id of the key that wraps.
    pub fn current(&self) -> KeyId {
        self.current
    }

    /// The ids of all keys held, the current one first.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.keys.iter().map(|(id, _)| *id)
    }

    /// Whether the key `id` is held.
    pub fn knows(&self, id: KeyId) -> bool {
        self.key(id).is_some()
    }

    /// Wraps `key` under the current master key.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn wrap(&self, context: &Context, key: &[u8]) -> Result<Wrapped, CryptoError> {
        let master = self
            .key(self.current)
            .ok_or(CryptoError::UnknownKey(self.current))?;
        let mut bytes = Vec::with_capacity(HEADER_LEN + LAYER_OVERHEAD + key.len());
        bytes.push(FORMAT);
        bytes.extend_from_slice(self.current.as_bytes());
        layer(self.current, context).seal_derived(master, key, &mut bytes)?;
        Ok(Wrapped {
            key_id: self.current,
            bytes,
        })
    }

    /// Opens what [`MasterKeyring::wrap`] made for the same context.
    ///
    /// # Errors
    /// [`CryptoError::UnknownKey`] when its master key is not held, else [`CryptoError::Opaque`].
    pub fn unwrap(&self, context: &Context, wrapped: &Wrapped) -> Result<Plaintext, CryptoError> {
        let (id, sealed) = split(&wrapped.bytes)?;
        if id != wrapped.key_id {
            return Err(CryptoError::Opaque);
        }
        let master = self.key(id).ok_or(CryptoError::UnknownKey(id))?;
        layer(id, context).open_derived(master, sealed)
    }

    fn key(&self, id: KeyId) -> Option<&SymmetricKey> {
        self.keys
            .iter()
            .find(|(held, _)| *held == id)
            .map(|(_, key)| key)
    }
}

impl fmt::Debug for MasterKeyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKeyring(redacted)")
    }
}

fn layer(key_id: KeyId, context: &Context) -> Layer<'_> {
    Layer {
        label: "master",
        format: FORMAT,
        key_id,
        context,
    }
}

fn split(bytes: &[u8]) -> Result<(KeyId, &[u8]), CryptoError> {
    let (&[format, ref id @ ..], sealed) = bytes
        .split_first_chunk::<HEADER_LEN>()
        .ok_or(CryptoError::Opaque)?;
    if format != FORMAT {
        return Err(CryptoError::Opaque);
    }
    let id: [u8; KeyId::LEN] = *id;
    Ok((KeyId::from_bytes(id), sealed))
}

/// The master key that wrapped bytes name.
pub(crate) fn key_id_of(bytes: &[u8]) -> Result<KeyId, CryptoError> {
    split(bytes).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SymmetricKey {
        SymmetricKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn ring(current: u8, previous: &[u8]) -> MasterKeyring {
        MasterKeyring::new(
            key(current),
            previous.iter().map(|byte| key(*byte)).collect(),
        )
        .unwrap()
    }

    #[test]
    fn previous_keys_open_and_only_the_current_one_wraps() {
        let context = Context::new("kek").with(b"vault");
        let old = ring(1, &[]).wrap(&context, b"a key").unwrap();
        let rotated = ring(2, &[1]);
        assert_eq!(rotated.unwrap(&context, &old).unwrap().expose(), b"a key");
        let new = rotated.wrap(&context, b"a key").unwrap();
        assert_eq!(new.key_id, rotated.current());
        assert_ne!(new.key_id, old.key_id);
        assert_eq!(
            rotated.ids().collect::<Vec<_>>(),
            vec![new.key_id, old.key_id]
        );
        assert_eq!(Wrapped::parse(new.bytes.clone()), Ok(new.clone()));
        assert_eq!(
            ring(1, &[]).unwrap(&context, &new).unwrap_err(),
            CryptoError::UnknownKey(new.key_id)
        );
    }

    #[test]
    fn cry_01_a_changed_byte_or_context_does_not_open() {
        let context = Context::new("kek").with(b"vault");
        let ring = ring(1, &[]);
        let wrapped = ring.wrap(&context, b"a key").unwrap();
        let fails = |context: &Context, bytes: Vec<u8>| {
            let changed = Wrapped {
                key_id: wrapped.key_id,
                bytes,
            };
            assert_eq!(
                ring.unwrap(context, &changed).unwrap_err(),
                CryptoError::Opaque
            );
        };
        for at in 0..wrapped.bytes.len() {
            let mut bytes = wrapped.bytes.clone();
            bytes[at] ^= 1;
            fails(&context, bytes);
            fails(&context, wrapped.bytes[..at].to_vec());
        }
        fails(&Context::new("kek").with(b"other"), wrapped.bytes.clone());
        fails(
            &Context::new("signing key").with(b"vault"),
            wrapped.bytes.clone(),
        );
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        let error = MasterKeyring::new(key(1), vec![key(2), key(1)]).unwrap_err();
        assert!(matches!(error, CryptoError::Provider(text) if text.ends_with("is given twice")));
    }

    #[test]
    fn cry_08_debug_of_a_keyring_is_redacted() {
        assert_eq!(format!("{:?}", ring(1, &[2])), "MasterKeyring(redacted)");
    }
}
