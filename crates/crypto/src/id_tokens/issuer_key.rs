//! One public key of an issuer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde_json::{Map, Value};

/// Bits of an RSA modulus, from the weakest that is taken (RFC 7518 section 3.3) to the largest that ring verifies.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// The least public exponent that is taken (FIPS 186-5 section 5.1): 2^16 + 1.
const RSA_EXPONENT: [u8; 3] = [1, 0, 1];
/// Bytes of a coordinate of P-256 (RFC 7518 section 6.2.1.2), and of a point of Ed25519.
const POINT: usize = 32;

/// A key that verifies, with the one algorithm that it is for.
#[derive(Debug)]
pub(super) enum IssuerKey {
    /// RS256.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// ES256: the uncompressed point.
    P256(Vec<u8>),
    /// `EdDSA` with Ed25519.
    Ed25519(Vec<u8>),
}

impl IssuerKey {
    /// Reads a member of a JWK set; `None` for keys that are not for signatures, are of another kind, or are weak.
    pub(super) fn of_jwk(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if jwk.contains_key("use") && text("use") != Some("sig") {
            return None;
        }
        if let Some(operations) = jwk.get("key_ops") {
            let verifies = |operation: &Value| operation == "verify";
            if !operations.as_array()?.iter().any(verifies) {
                return None;
            }
        }
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let key = match (text("kty")?, text("crv")) {
            ("RSA", _) => rsa(&bytes("n")?, &bytes("e")?)?,
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                let fits = x.len() == POINT && y.len() == POINT;
                fits.then(|| Self::P256([&[4], x.as_slice(), &y].concat()))?
            }
            ("OKP", Some("Ed25519")) => {
                let x = bytes("x").filter(|x| x.len() == POINT)?;
                Self::Ed25519(x)
            }
            _ => return None,
        };
        let is_for = !jwk.contains_key("alg") || text("alg") == Some(key.algorithm());
        is_for.then_some(key)
    }

    /// The algorithm in headers (RFC 7518 section 3.1, RFC 8037 section 3.1): that of the key, whatever a token says.
    pub(super) const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RS256",
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
        }
    }

    /// Whether the signature is this key's over the message.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let checked = match self {
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Self::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
        };
        checked.is_ok()
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<IssuerKey> {
    // some issuers write a leading zero, which RFC 7518 section 6.3.1.1 forbids
    let plain = |bytes: &[u8]| {
        let start = bytes.iter().position(|byte| *byte != 0);
        start
            .and_then(|start| bytes.get(start..))
            .map(<[u8]>::to_vec)
    };
    let (modulus, exponent) = (plain(modulus)?, plain(exponent)?);
    let unused = modulus.first()?.leading_zeros();
    let bits = modulus.len() * 8 - usize::try_from(unused).ok()?;
    let strong = exponent.len() > RSA_EXPONENT.len()
        || (exponent.len() == RSA_EXPONENT.len() && exponent.as_slice() >= &RSA_EXPONENT[..]);
    (RSA_BITS.contains(&bits) && strong).then_some(IssuerKey::Rsa { modulus, exponent })
}
