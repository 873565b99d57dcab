//! The sealed form of a secret: a fresh key per value, wrapped under the key of its vault.

use crate::aead::{LAYER_OVERHEAD, Layer};
use crate::{Context, CryptoError, KeyId, Plaintext, SymmetricKey};

/// Version 1 of the byte format.
const FORMAT: u8 = 1;
const HEADER_LEN: usize = 1 + KeyId::LEN;
const WRAPPED_LEN: usize = LAYER_OVERHEAD + SymmetricKey::LEN;

/// Seals and opens the value of a secret.
///
/// Format 1: `0x01 | id of the wrapping key, 16 | nonce, 12 | wrapped data key, 32 + 16 | nonce, 12 | ciphertext |
/// tag, 16`. The data key (DEK) is fresh in each call and encrypts with AES-256-GCM; it is wrapped with AES-256-GCM
/// under HKDF-SHA256 of the wrapping key (KEK) and the context. Label of the layer, format byte, key id and context
/// are the associated data of both layers.
pub struct DataEnvelope;

impl DataEnvelope {
    /// What an envelope is longer than its plaintext, in bytes.
    pub const OVERHEAD: usize = HEADER_LEN + WRAPPED_LEN + LAYER_OVERHEAD;

    /// Seals `plaintext` under a fresh data key and that under `kek`, which `kek_id` names.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn seal(
        kek: &SymmetricKey,
        kek_id: KeyId,
        context: &Context,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let dek = SymmetricKey::generate()?;
        let mut envelope = Vec::with_capacity(Self::OVERHEAD + plaintext.len());
        envelope.push(FORMAT);
        envelope.extend_from_slice(kek_id.as_bytes());
        dek_layer(kek_id, context).seal_derived(kek, dek.expose(), &mut envelope)?;
        value_layer(kek_id, context).seal_once(&dek, plaintext, &mut envelope)?;
        Ok(envelope)
    }

    /// Opens what [`DataEnvelope::seal`] made for the same key and the same context.
    ///
    /// # Errors
    /// [`CryptoError::UnknownKey`] when the envelope names another key than `kek_id`; [`CryptoError::Opaque`] in
    /// every other case.
    pub fn open(
        kek: &SymmetricKey,
        kek_id: KeyId,
        context: &Context,
        envelope: &[u8],
    ) -> Result<Plaintext, CryptoError> {
        let (named, rest) = split(envelope)?;
        if named != kek_id {
            return Err(CryptoError::UnknownKey(named));
        }
        let (wrapped, sealed) = rest
            .split_at_checked(WRAPPED_LEN)
            .ok_or(CryptoError::Opaque)?;
        let dek = dek_layer(kek_id, context).open_derived(kek, wrapped)?;
        let dek = SymmetricKey::from_bytes(dek.expose())?;
        value_layer(kek_id, context).open_once(&dek, sealed)
    }

    /// The id of the key that the envelope was sealed under, as it says itself: not yet authenticated.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when this is not an envelope of a known format.
    pub fn key_id(envelope: &[u8]) -> Result<KeyId, CryptoError> {
        split(envelope).map(|(key_id, _)| key_id)
    }
}

fn dek_layer(key_id: KeyId, context: &Context) -> Layer<'_> {
    Layer {
        label: "dek",
        format: FORMAT,
        key_id,
        context,
    }
}

fn value_layer(key_id: KeyId, context: &Context) -> Layer<'_> {
    Layer {
        label: "value",
        format: FORMAT,
        key_id,
        context,
    }
}

fn split(envelope: &[u8]) -> Result<(KeyId, &[u8]), CryptoError> {
    let (&[format, ref id @ ..], rest) = envelope
        .split_first_chunk::<HEADER_LEN>()
        .ok_or(CryptoError::Opaque)?;
    if format != FORMAT {
        return Err(CryptoError::Opaque);
    }
    let id: [u8; KeyId::LEN] = *id;
    Ok((KeyId::from_bytes(id), rest))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const ID: KeyId = KeyId::from_bytes(*b"key id 16 bytes.");

    fn key(byte: u8) -> SymmetricKey {
        SymmetricKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn context() -> Context {
        Context::new("value")
            .with(b"org")
            .with(b"vault")
            .with(b"secret")
            .with(&7_u64.to_be_bytes())
    }

    fn failure(envelope: &[u8]) -> CryptoError {
        DataEnvelope::open(&key(1), ID, &context(), envelope).unwrap_err()
    }

    #[test]
    fn cry_01_every_flipped_bit_fails_alike() {
        let sealed = DataEnvelope::seal(&key(1), ID, &context(), b"hunter2").unwrap();
        assert_eq!(sealed.len(), DataEnvelope::OVERHEAD + 7);
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                // The key id is a name: a name that is not ours is "another key", the rest is one failure.
                let expected = if (1..HEADER_LEN).contains(&at) {
                    CryptoError::UnknownKey(DataEnvelope::key_id(&changed).unwrap())
                } else {
                    CryptoError::Opaque
                };
                assert_eq!(failure(&changed), expected, "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn cry_01_a_changed_key_id_does_not_open_under_the_same_key() {
        let mut moved = DataEnvelope::seal(&key(1), ID, &context(), b"hunter2").unwrap();
        let other = KeyId::from_bytes([9; 16]);
        moved[1..HEADER_LEN].copy_from_slice(other.as_bytes());
        assert_eq!(
            DataEnvelope::open(&key(1), other, &context(), &moved).unwrap_err(),
            CryptoError::Opaque
        );
    }

    #[test]
    fn cry_01_another_context_does_not_open() {
        let sealed = DataEnvelope::seal(&key(1), ID, &context(), b"hunter2").unwrap();
        let version = 7_u64.to_be_bytes();
        let part = |purpose: &str, parts: [&[u8]; 4]| {
            parts.into_iter().fold(Context::new(purpose), Context::with)
        };
        for moved in [
            part("kek", [b"org", b"vault", b"secret", &version]),
            part("value", [b"orG", b"vault", b"secret", &version]),
            part("value", [b"org", b"vaulT", b"secret", &version]),
            part("value", [b"org", b"vault", b"secreT", &version]),
            part("value", [b"org", b"vault", b"secret", &8_u64.to_be_bytes()]),
            part("value", [b"org", b"vaults", b"ecret", &version]),
            context().with(b""),
        ] {
            assert_eq!(
                DataEnvelope::open(&key(1), ID, &moved, &sealed).unwrap_err(),
                CryptoError::Opaque,
                "{moved:?}"
            );
        }
        let opened = DataEnvelope::open(&key(1), ID, &context(), &sealed).unwrap();
        assert_eq!(opened.expose(), b"hunter2");
    }

    #[test]
    fn cry_01_truncated_extended_or_unknown_formats_do_not_open() {
        let sealed = DataEnvelope::seal(&key(1), ID, &context(), b"hunter2").unwrap();
        for length in 0..sealed.len() {
            assert_eq!(failure(&sealed[..length]), CryptoError::Opaque, "{length}");
        }
        let longer = [sealed.as_slice(), b"\0"].concat();
        assert_eq!(failure(&longer), CryptoError::Opaque);
        for format in (0..=u8::MAX).filter(|format| *format != FORMAT) {
            let mut changed = sealed.clone();
            changed[0] = format;
            assert_eq!(failure(&changed), CryptoError::Opaque);
            assert_eq!(DataEnvelope::key_id(&changed), Err(CryptoError::Opaque));
        }
    }

    #[test]
    fn cry_01_layers_cannot_be_swapped_between_envelopes() {
        let one = DataEnvelope::seal(&key(1), ID, &context(), b"hunter2").unwrap();
        let two = DataEnvelope::seal(&key(1), ID, &context(), b"hunter3").unwrap();
        let cut = HEADER_LEN + WRAPPED_LEN;
        let mixed = [&one[..cut], &two[cut..]].concat();
        assert_eq!(failure(&mixed), CryptoError::Opaque);
    }

    #[test]
    fn a_wrong_key_is_told_from_a_broken_row() {
        let other = KeyId::from_bytes([2; 16]);
        let sealed = DataEnvelope::seal(&key(2), other, &context(), b"hunter2").unwrap();
        assert_eq!(failure(&sealed), CryptoError::UnknownKey(other));
        assert_eq!(DataEnvelope::key_id(&sealed), Ok(other));
        assert_eq!(
            DataEnvelope::open(&key(1), other, &context(), &sealed).unwrap_err(),
            CryptoError::Opaque
        );
    }

    #[test]
    fn cry_02_no_nonce_repeats_in_131072_envelopes_under_one_kek() {
        const EACH: usize = 1 << 16;
        let (kek, context) = (key(1), context());
        let seal = || {
            let sealed = DataEnvelope::seal(&kek, ID, &context, b"").unwrap();
            let nonce = |at: usize| <[u8; 12]>::try_from(&sealed[at..at + 12]).unwrap();
            [nonce(HEADER_LEN), nonce(HEADER_LEN + WRAPPED_LEN)]
        };
        // Two threads, as two requests at once: neither may draw what the other drew.
        let halves = std::thread::scope(|scope| {
            let run = || (0..EACH).flat_map(|_| seal()).collect::<Vec<_>>();
            [scope.spawn(run), scope.spawn(run)].map(|half| half.join().unwrap())
        });
        let seen: HashSet<_> = halves.iter().flatten().collect();
        assert_eq!(seen.len(), 4 * EACH);
    }

    #[test]
    fn cry_02_no_data_key_repeats_in_4096_envelopes_under_one_kek() {
        let (kek, context) = (key(1), context());
        let mut seen = HashSet::new();
        for _ in 0..4096 {
            let sealed = DataEnvelope::seal(&kek, ID, &context, b"").unwrap();
            let wrapped = &sealed[HEADER_LEN..HEADER_LEN + WRAPPED_LEN];
            let dek = dek_layer(ID, &context).open_derived(&kek, wrapped).unwrap();
            assert!(seen.insert(dek.expose().to_vec()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_sealed_opens(value: Vec<u8>, parts: Vec<Vec<u8>>, byte: u8, id: [u8; 16]) {
            let context = parts.iter().fold(Context::new("value"), |to, part| to.with(part));
            let id = KeyId::from_bytes(id);
            let sealed = DataEnvelope::seal(&key(byte), id, &context, &value).unwrap();
            let opened = DataEnvelope::open(&key(byte), id, &context, &sealed).unwrap();
            prop_assert_eq!(opened.expose(), value.as_slice());
            prop_assert!(value.len() < 8 || !sealed.windows(value.len()).any(|part| part == value));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            prop_assert!(DataEnvelope::open(&key(1), ID, &context(), &bytes).is_err());
        }
    }
}
