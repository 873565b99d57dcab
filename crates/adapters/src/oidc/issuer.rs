//! Which issuers are believed.

/// Google's issuer, and how its tokens may name it instead
/// (<https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload>).
const GOOGLE: (&str, &str) = ("https://accounts.google.com", "accounts.google.com");

/// An issuer whose word is taken for who somebody is.
#[derive(Clone, Debug)]
pub struct OidcIssuer {
    /// What its tokens say in `iss`, exactly.
    pub issuer: String,
    /// Our names there: tokens for any other are refused. At least one.
    pub client_ids: Vec<String>,
    /// Where its keys are (`jwks_uri`): http or https.
    pub jwks_url: String,
}

impl OidcIssuer {
    /// Whether a token that names this issuer so is one of its.
    pub(super) fn is_named(&self, name: &str) -> bool {
        name == self.issuer || (self.issuer == GOOGLE.0 && name == GOOGLE.1)
    }
}

/// An issuer that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum UnusableIssuer {
    /// An issuer without a name would be any.
    #[error("an issuer needs a name")]
    Nameless,
    /// Without client ids tokens for everybody else would be taken.
    #[error("an issuer needs at least one client id, and none may be empty")]
    NoClients,
    /// Two would answer for one name.
    #[error("two issuers have the same name")]
    Twice,
    /// The keys have no place.
    #[error("the place of an issuer's keys must be an http or https URL")]
    KeysUrl,
    /// TLS cannot be set up.
    #[error("TLS to an issuer cannot be set up: the system trusts no certificates")]
    Tls,
}
