//! CRY-08, CRY-10: what the compiler refuses to do with a secret. A violation does not compile.

use oneclaw_crypto::{
    DataEnvelope, EnvKeyProvider, FileKeyProvider, KeyedHash, MacKey, MasterKeyring, Plaintext,
    SecretText, SigningKey, SymmetricKey,
};

/// The item is ambiguous, and so does not compile, for a type that implements the trait.
macro_rules! never_implements {
    ($($type:ty),+: $trait:path) => {$(
        const _: fn() = || {
            trait Ambiguous<A> {
                fn item() {}
            }
            struct Implemented;
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + $trait> Ambiguous<Implemented> for T {}
            let _ = <$type as Ambiguous<_>>::item;
        };
    )+};
}

macro_rules! never_talk {
    ($($type:ty),+) => {
        never_implements!($($type),+: std::fmt::Display);
        never_implements!($($type),+: serde::Serialize);
        never_implements!($($type),+: Clone);
        never_implements!($($type),+: PartialEq);
    };
}

never_talk!(
    Plaintext,
    SecretText,
    SymmetricKey,
    MacKey,
    SigningKey,
    MasterKeyring,
    KeyedHash,
    EnvKeyProvider,
    FileKeyProvider
);

/// What is shared between threads must be shareable.
const fn is_shared<T: Send + Sync>() {}
const _: () = {
    is_shared::<Plaintext>();
    is_shared::<SecretText>();
    is_shared::<SymmetricKey>();
    is_shared::<SigningKey>();
    is_shared::<oneclaw_crypto::Verifier>();
    is_shared::<oneclaw_crypto::PasswordHasher>();
    is_shared::<Box<dyn oneclaw_crypto::KeyProvider>>();
};

#[test]
fn cry_08_errors_and_debug_show_nothing_of_what_failed() {
    let key = SymmetricKey::from_bytes(&[0x41; 32]).unwrap();
    let context = oneclaw_crypto::Context::new("value");
    let id = oneclaw_crypto::KeyId::from_bytes([1; 16]);
    let mut sealed = DataEnvelope::seal(&key, id, &context, b"hunter2").unwrap();
    sealed[100] ^= 1;
    let error = DataEnvelope::open(&key, id, &context, &sealed).unwrap_err();
    assert_eq!(error.to_string(), "ciphertext does not open");
    assert_eq!(format!("{error:?}"), "Opaque");
    let opened = Plaintext::new(b"hunter2".to_vec());
    assert!(!format!("{:?}", (&opened, &key)).contains("hunter2"));
    assert!(!format!("{:?}", (&opened, &key)).contains("65"));
}
