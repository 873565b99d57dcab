//! Master keys given as text, as a container platform passes them in.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{
    Context, CryptoError, KeyId, KeyProvider, MasterKeyring, Plaintext, SecretText, SymmetricKey,
    Wrapped,
};

/// Master keys from the environment. The program reads the environment; this type sees the values alone.
#[derive(Debug)]
pub struct EnvKeyProvider {
    keyring: MasterKeyring,
}

impl EnvKeyProvider {
    /// Takes keys of 32 bytes each in standard base64; `current` wraps, `previous` only open.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] naming the value that is wrong by its place, never by its content.
    pub fn from_values(
        current: SecretText,
        previous: Vec<SecretText>,
    ) -> Result<Self, CryptoError> {
        let current = decode(current, "current master key")?;
        let previous = previous
            .into_iter()
            .zip(1..)
            .map(|(text, number)| decode(text, &format!("previous master key {number}")))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            keyring: MasterKeyring::new(current, previous)?,
        })
    }
}

fn decode(text: SecretText, which: &str) -> Result<SymmetricKey, CryptoError> {
    STANDARD
        .decode(text.into_plaintext().expose().trim_ascii())
        .ok()
        .map(Plaintext::new)
        .and_then(|bytes| SymmetricKey::from_bytes(bytes.expose()).ok())
        .ok_or_else(|| {
            CryptoError::Provider(format!(
                "{which} in the environment is not 32 bytes in base64: set it to the output of `openssl rand -base64 32`"
            ))
        })
}

#[async_trait]
impl KeyProvider for EnvKeyProvider {
    fn describe(&self) -> String {
        "environment".to_owned()
    }

    fn current(&self) -> KeyId {
        self.keyring.current()
    }

    async fn knows(&self, id: KeyId) -> bool {
        self.keyring.knows(id)
    }

    async fn refresh(&self) -> Result<(), CryptoError> {
        // The environment of a process does not change while it runs.
        Ok(())
    }

    async fn wrap(&self, context: &Context, key: &[u8]) -> Result<Wrapped, CryptoError> {
        self.keyring.wrap(context, key)
    }

    async fn unwrap(&self, context: &Context, wrapped: &Wrapped) -> Result<Plaintext, CryptoError> {
        self.keyring.unwrap(context, wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(byte: u8) -> SecretText {
        SecretText::new(STANDARD.encode([byte; 32]))
    }

    #[tokio::test]
    async fn rotation_keeps_the_previous_key_readable() {
        let context = Context::new("kek");
        let before = EnvKeyProvider::from_values(value(1), Vec::new()).unwrap();
        let wrapped = before.wrap(&context, b"a key").await.unwrap();
        let after = EnvKeyProvider::from_values(value(2), vec![value(1)]).unwrap();
        assert!(after.knows(before.current()).await);
        assert!(!before.knows(after.current()).await);
        let opened = after.unwrap(&context, &wrapped).await.unwrap();
        assert_eq!(opened.expose(), b"a key");
        assert_eq!(
            format!("{after:?}"),
            "EnvKeyProvider { keyring: MasterKeyring(redacted) }"
        );
    }

    #[test]
    fn wrong_values_are_named_by_place_and_never_shown() {
        let short = STANDARD.encode([7; 31]);
        for wrong in ["", "not base64 at all!", short.as_str()] {
            let error = EnvKeyProvider::from_values(
                value(1),
                vec![value(2), SecretText::new(wrong.into())],
            )
            .unwrap_err()
            .to_string();
            assert!(error.starts_with("previous master key 2 in the environment"));
            assert!(wrong.is_empty() || !error.contains(wrong));
            assert!(
                EnvKeyProvider::from_values(SecretText::new(wrong.into()), Vec::new()).is_err()
            );
        }
    }
}
