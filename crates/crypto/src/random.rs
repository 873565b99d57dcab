//! The random generator of the system, and nothing else, for keys, nonces, salts and tokens.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::CryptoError;

/// `N` bytes from the random generator of the system. It has no seed and no setter.
///
/// # Errors
/// [`CryptoError::Random`] when the generator fails; there is no fallback.
pub fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, CryptoError> {
    let mut bytes = Zeroizing::new([0; N]);
    fill(&mut *bytes)?;
    Ok(bytes)
}

pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
    #[cfg(test)]
    if failing::is_on() {
        return Err(CryptoError::Random);
    }
    SystemRandom::new()
        .fill(bytes)
        .map_err(|_| CryptoError::Random)
}

/// Makes the generator fail on the thread of one test.
#[cfg(test)]
pub(crate) mod failing {
    use std::cell::Cell;

    thread_local! {
        static FAILING: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn is_on() -> bool {
        FAILING.get()
    }

    /// The generator fails while this lives.
    pub(crate) struct Failing(());

    impl Failing {
        pub(crate) fn start() -> Self {
            FAILING.set(true);
            Self(())
        }
    }

    impl Drop for Failing {
        fn drop(&mut self) {
            FAILING.set(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Charset, CmekKey, Context, DataEnvelope, IdentityPair, KeyId, MacKey, MasterKeyring,
        PasswordHasher, PasswordPolicyParams, SecretText, SigningKey, SymmetricKey, TotpSecret,
        generate, random_token,
    };

    #[test]
    fn bytes_differ_between_calls() {
        assert_ne!(*random::<32>().unwrap(), *random::<32>().unwrap());
    }

    #[tokio::test]
    async fn cry_06_nothing_falls_back_when_the_generator_fails() {
        let kek = SymmetricKey::generate().unwrap();
        let id = KeyId::from_bytes([1; 16]);
        let context = Context::new("value");
        let cmek = CmekKey::parse(&format!("{}=", "A".repeat(43))).unwrap();
        let ring = MasterKeyring::new(SymmetricKey::generate().unwrap(), Vec::new()).unwrap();
        let hasher = PasswordHasher::new(PasswordPolicyParams::cheap_for_tests(), 1, 1).unwrap();

        let failing = failing::Failing::start();
        let failures = [
            random::<12>().err(),
            SymmetricKey::generate().err(),
            MacKey::generate().err(),
            SigningKey::generate().err(),
            IdentityPair::ed25519().err(),
            IdentityPair::p256().err(),
            TotpSecret::generate().err(),
            cmek.seal(b"x").err(),
            DataEnvelope::seal(&kek, id, &context, b"x").err(),
            ring.wrap(&context, b"x").err(),
            random_token("1ck_").err(),
            generate(Charset::Hex, 8).err(),
            hasher.hash(SecretText::new("x".into())).await.err(),
        ];
        drop(failing);
        for failure in failures {
            assert_eq!(failure, Some(CryptoError::Random));
        }
        assert!(DataEnvelope::seal(&kek, id, &context, b"x").is_ok());
    }
}
