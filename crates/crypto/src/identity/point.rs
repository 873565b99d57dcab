//! From a scalar of P-256 to its point.

use josekit::jwk::KeyPair;
use josekit::jwk::alg::ec::{EcCurve, EcKeyPair};
use zeroize::Zeroizing;

use crate::CryptoError;

/// `PrivateKeyInfo` of PKCS#8 version 1 for an EC key on P-256 without its public half (RFC 5915 section 3,
/// RFC 5480 section 2) up to the scalar, which ends it.
const PKCS8_PREFIX: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
];

/// The order of the group (SEC 2, 2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Whether 32 bytes are a private key: from 1 to the order, that not included.
pub(super) fn is_scalar(bytes: &[u8; 32]) -> bool {
    *bytes != [0; 32] && *bytes < ORDER
}

/// The uncompressed point of a scalar.
pub(super) fn public_point(scalar: &[u8; 32]) -> Result<[u8; 65], CryptoError> {
    let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_PREFIX.len() + scalar.len()));
    der.extend_from_slice(&PKCS8_PREFIX);
    der.extend_from_slice(scalar);
    let pair = EcKeyPair::from_der(&*der, Some(EcCurve::P256)).map_err(|_| CryptoError::Opaque)?;
    // The point ends its SubjectPublicKeyInfo (RFC 5480 section 2).
    let point = *pair
        .to_der_public_key()
        .last_chunk()
        .ok_or(CryptoError::Opaque)?;
    Ok(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator, which is the point of 1 (SEC 2, 2.4.2).
    const GENERATOR: [u8; 65] = [
        0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4,
        0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8,
        0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a,
        0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40,
        0x68, 0x37, 0xbf, 0x51, 0xf5,
    ];

    fn scalar(last: u8) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[31] = last;
        bytes
    }

    #[test]
    fn the_point_of_one_is_the_generator() {
        assert_eq!(public_point(&scalar(1)).unwrap(), GENERATOR);
    }

    #[test]
    fn scalars_end_below_the_order() {
        assert!(!is_scalar(&scalar(0)));
        assert!(is_scalar(&scalar(1)));
        assert!(!is_scalar(&ORDER));
        assert!(!is_scalar(&[0xff; 32]));
        let mut last = ORDER;
        last[31] -= 1;
        assert!(is_scalar(&last));
        // the point of order - 1 is the generator's mirror image: the same x
        assert_eq!(public_point(&last).unwrap()[..33], GENERATOR[..33]);
    }
}
