//! Why a token was refused.

/// Why a token was refused. For the log and for metrics: the client learns no more than that it was. Holds nothing
/// of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token that this server could have made: shape, encoding, header or claims.
    #[error("token is malformed")]
    Malformed,
    /// Signed, by its own word, with a key that does not verify here.
    #[error("token names an unknown key")]
    UnknownKey,
    /// The signature is not that of the named key over this text.
    #[error("token has a wrong signature")]
    BadSignature,
    /// The time is at or past `exp`.
    #[error("token has expired")]
    Expired,
    /// `iat` or `nbf` lies more than the leeway ahead.
    #[error("token is not valid yet")]
    NotYetValid,
    /// Made by or for someone else.
    #[error("token is of another issuer or for another audience")]
    WrongIssuerOrAudience,
}
