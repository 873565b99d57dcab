//! Who says who people are.

use super::key::IssuerKey;
use super::served::{JwksAnswer, Served};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oneclaw_adapters::{OidcIssuer, OidcVerifier};
use oneclaw_domain::Timestamp;
use oneclaw_services::IdentityVerifier;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// The name that the product has at this issuer.
const CLIENT: &str = "oneclaw.clients.test";

/// A real issuer. Clones are the same one.
#[derive(Clone)]
pub struct Issuer {
    address: SocketAddr,
    served: Served,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issuer({})", self.address)
    }
}

impl Issuer {
    /// Starts one, on a port of its own.
    ///
    /// # Panics
    /// There is no port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .unwrap_or_else(|error| panic!("no port: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("no address: {error}"));
        let listener = tokio::net::TcpListener::from_std(listener)
            .unwrap_or_else(|error| panic!("no runtime: {error}"));
        let served = Served::new();
        tokio::spawn(served.clone().serve(listener));
        Self { address, served }
    }

    /// Its name, as its tokens bear it.
    pub fn name(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The name that the product has there.
    pub fn client_id(&self) -> &'static str {
        CLIENT
    }

    /// As the operator names it.
    pub fn settings(&self) -> OidcIssuer {
        OidcIssuer {
            issuer: self.name(),
            client_ids: vec![CLIENT.to_owned()],
            jwks_url: format!("{}/jwks", self.name()),
        }
    }

    /// The product's own verifier, which believes this issuer alone.
    ///
    /// # Panics
    /// The product does not take these settings.
    pub fn verifier(&self) -> Arc<dyn IdentityVerifier> {
        let verifier = OidcVerifier::new(vec![self.settings()]);
        Arc::new(verifier.unwrap_or_else(|error| panic!("the issuer: {error}")))
    }

    /// What a good token says of somebody.
    pub fn claims(&self, subject: &str, email: &str, now: Timestamp) -> Value {
        json!({
            "iss": self.name(), "aud": CLIENT, "azp": CLIENT, "sub": subject,
            "email": email, "email_verified": true,
            "iat": now.seconds(), "exp": now.seconds() + 3600,
        })
    }

    /// A token that says this, signed with the key of the day.
    pub fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({}), claims)
    }

    /// The same with other members in its header.
    ///
    /// # Panics
    /// The issuer has no key.
    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let shared = self.served.shared();
        let key = shared.keys.last();
        let key = key.unwrap_or_else(|| panic!("an issuer has a key"));
        signed(key, header, claims)
    }

    /// A token that names the key of the day, and is signed with one that nobody knows.
    pub fn token_of_stranger(&self, claims: &Value) -> String {
        let stranger = IssuerKey::fresh(0);
        let kid = self.kid();
        signed(&stranger, &json!({ "kid": kid }), claims)
    }

    /// The name of the key of the day.
    ///
    /// # Panics
    /// There is none.
    pub fn kid(&self) -> String {
        let shared = self.served.shared();
        let key = shared.keys.last().map(|key| key.kid().to_owned());
        key.unwrap_or_else(|| panic!("an issuer has a key"))
    }

    /// Signs with a fresh key from now on, and shows that one alone.
    pub fn rotate(&self) {
        let mut shared = self.served.shared();
        let number = shared.keys.len();
        shared.keys.push(IssuerKey::fresh(number));
    }

    /// Says what is answered from now on to who asks for the keys.
    pub fn answer(&self, answer: JwksAnswer) {
        self.served.shared().answer = answer;
    }

    /// How often somebody asked for the keys.
    pub fn asked(&self) -> usize {
        self.served.shared().asked
    }

    /// The key of the day, as it is shown.
    ///
    /// # Panics
    /// There is none.
    pub fn jwk(&self) -> Value {
        let shared = self.served.shared();
        let jwk = shared.keys.last().map(IssuerKey::jwk);
        jwk.unwrap_or_else(|| panic!("an issuer has a key"))
    }
}

fn signed(key: &IssuerKey, header: &Value, claims: &Value) -> String {
    let mut full = json!({ "alg": key.algorithm(), "kid": key.kid(), "typ": "JWT" });
    if let (Some(full), Value::Object(header)) = (full.as_object_mut(), header) {
        full.extend(header.clone());
    }
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(&full), encode(claims));
    let signature = key.sign(&message);
    format!("{message}.{signature}")
}
