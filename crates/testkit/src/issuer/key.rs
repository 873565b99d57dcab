//! The issuer's key of the day.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

/// An RSA key of 2048 bits (PKCS#8 in base64), made for these tests, and worth nothing: making one
/// takes long.
const RSA: &str = include_str!("test_only_rsa_key.txt");

/// A key with its name.
pub(super) struct IssuerKey {
    kid: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    P256(Box<EcdsaKeyPair>),
}

impl IssuerKey {
    /// The key to begin with: RS256, as Google's.
    pub(super) fn first() -> Self {
        let der: String = RSA.split_whitespace().collect();
        let der = STANDARD
            .decode(der)
            .unwrap_or_else(|error| panic!("the RSA key: {error}"));
        let pair = RsaKeyPair::from_pkcs8(&der).unwrap_or_else(|error| panic!("{error}"));
        Self {
            kid: "issuer-key-0".to_owned(),
            pair: Pair::Rsa(Box::new(pair)),
        }
    }

    /// A fresh one: ES256.
    pub(super) fn fresh(number: usize) -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::generate_pkcs8(kind, &random)
            .ok()
            .and_then(|der| EcdsaKeyPair::from_pkcs8(kind, der.as_ref(), &random).ok())
            .unwrap_or_else(|| panic!("no random numbers"));
        Self {
            kid: format!("issuer-key-{number}"),
            pair: Pair::P256(Box::new(pair)),
        }
    }

    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) const fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
        }
    }

    /// The public half, as it is shown.
    pub(super) fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Rsa(pair) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "n": encode(&public.n), "e": encode(&public.e) })
            }
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = point.split_at(1).1.split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
        };
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid".to_owned(), json!(self.kid));
            jwk.insert("use".to_owned(), json!("sig"));
            jwk.insert("alg".to_owned(), json!(self.algorithm()));
        }
        jwk
    }

    /// A true signature, in base64url.
    pub(super) fn sign(&self, message: &str) -> String {
        let (random, message) = (SystemRandom::new(), message.as_bytes());
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
            }
            Pair::P256(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec()),
        };
        URL_SAFE_NO_PAD.encode(signature.unwrap_or_else(|_| panic!("nothing was signed")))
    }
}
