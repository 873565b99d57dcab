//! Envelopes, key providers, tokens, password and key hashing.
//!
//! Owns every byte format that the product encrypts, signs or hashes, and the only places where ring, josekit
//! and argon2 are called. It must never know a tenant, a table, a route or a clock: it takes bytes, strings and
//! the present time from its callers, and it logs no value that it was given.

mod aead;
mod base32;
mod cmek;
mod context;
mod digest;
mod env_provider;
mod envelope;
mod error;
mod file_provider;
mod generate;
mod id_tokens;
mod identity;
mod key_file;
mod key_id;
mod keyed_hash;
mod keyring;
mod passwords;
mod provider;
mod random;
mod random_token;
mod sealed_row;
mod secret;
mod symmetric_key;
mod tokens;
mod totp;
mod webhook_secret;

pub use base32::base32;
pub use cmek::CmekKey;
pub use context::Context;
pub use digest::{constant_time_eq, sha256};
pub use env_provider::EnvKeyProvider;
pub use envelope::DataEnvelope;
pub use error::CryptoError;
pub use file_provider::FileKeyProvider;
pub use generate::{Charset, generate};
pub use id_tokens::{IdClaims, IdToken, IssuerKeys};
pub use identity::IdentityPair;
pub use key_id::KeyId;
pub use keyed_hash::{KeyedHash, MacKey};
pub use keyring::MasterKeyring;
pub use passwords::{PasswordHasher, PasswordPolicyParams, Verdict};
pub use provider::{KeyProvider, Wrapped};
pub use random::random;
pub use random_token::{random_token, token_shape};
pub use secret::{Plaintext, SecretText};
pub use symmetric_key::SymmetricKey;
pub use tokens::{Claims, SigningKey, TokenError, Verifier, VerifyingKey, jwks, sign};
pub use totp::{STEP_SECONDS, TotpSecret};
pub use webhook_secret::WebhookSecret;
