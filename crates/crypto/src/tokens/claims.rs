//! The claims of an access token.

use serde_json::{Map, Value};

use super::TokenError;

/// What an access token says. Times are seconds since 1970 (`NumericDate` of RFC 7519).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who it speaks for, with the kind before it: `user:<uuid>`.
    pub sub: String,
    /// The organization.
    pub org: String,
    /// The session that it belongs to.
    pub sid: String,
    /// Its own id, by which it is revoked.
    pub jti: String,
    /// When it was made.
    pub iat: i64,
    /// The first second at which it is no longer valid.
    pub exp: i64,
    /// Who made it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// What it is limited to; empty is everything that the subject may.
    pub scopes: Vec<String>,
    /// Role of the subject when it was made. For display: it decides nothing.
    pub role: Option<String>,
    /// Address of the subject when it was made. For display: it decides nothing.
    pub email: Option<String>,
    /// When the person last gave credentials.
    pub auth_time: Option<i64>,
    /// How they did (RFC 8176).
    pub amr: Vec<String>,
    /// Id of the API key that it was exchanged for.
    pub key: Option<String>,
    /// Vaults of an agent. For display: they decide nothing.
    pub vault_ids: Option<Vec<String>>,
    /// Whether an agent uses values through intents only. For display: it decides nothing.
    pub intents_api_enabled: Option<bool>,
    /// The environment that an agent is tagged with. For display: it decides nothing.
    pub environment: Option<String>,
}

impl Claims {
    /// As the payload of a token; what is absent is left out.
    pub(super) fn to_json(&self) -> Value {
        let mut claims = serde_json::json!({
            "sub": self.sub, "org": self.org, "sid": self.sid, "jti": self.jti,
            "iat": self.iat, "exp": self.exp, "iss": self.iss, "aud": self.aud,
            "scopes": self.scopes,
        });
        let optional = [
            ("role", self.role.as_deref().map(Value::from)),
            ("email", self.email.as_deref().map(Value::from)),
            ("auth_time", self.auth_time.map(Value::from)),
            (
                "amr",
                (!self.amr.is_empty()).then(|| Value::from(self.amr.as_slice())),
            ),
            ("key", self.key.as_deref().map(Value::from)),
            ("vault_ids", self.vault_ids.as_deref().map(Value::from)),
            (
                "intents_api_enabled",
                self.intents_api_enabled.map(Value::from),
            ),
            ("environment", self.environment.as_deref().map(Value::from)),
        ];
        if let Some(claims) = claims.as_object_mut() {
            for (name, value) in optional {
                if let Some(value) = value {
                    claims.insert(name.to_owned(), value);
                }
            }
        }
        claims
    }

    /// Reads a payload: required claims present, every claim of its exact type, times not negative. Unknown claims
    /// are passed over. `nbf` is returned beside, for the check of time.
    pub(super) fn from_json(mut payload: Map<String, Value>) -> Result<(Self, i64), TokenError> {
        let not_before = time(&mut payload, "nbf")?.unwrap_or(0);
        let claims = Self {
            sub: required(text(&mut payload, "sub")?)?,
            org: required(text(&mut payload, "org")?)?,
            sid: required(text(&mut payload, "sid")?)?,
            jti: required(text(&mut payload, "jti")?)?,
            iat: required(time(&mut payload, "iat")?)?,
            exp: required(time(&mut payload, "exp")?)?,
            iss: required(text(&mut payload, "iss")?)?,
            aud: required(text(&mut payload, "aud")?)?,
            scopes: required(texts(&mut payload, "scopes")?)?,
            role: text(&mut payload, "role")?,
            email: text(&mut payload, "email")?,
            auth_time: time(&mut payload, "auth_time")?,
            amr: texts(&mut payload, "amr")?.unwrap_or_default(),
            key: text(&mut payload, "key")?,
            vault_ids: texts(&mut payload, "vault_ids")?,
            intents_api_enabled: flag(&mut payload, "intents_api_enabled")?,
            environment: text(&mut payload, "environment")?,
        };
        Ok((claims, not_before))
    }
}

fn required<T>(claim: Option<T>) -> Result<T, TokenError> {
    claim.ok_or(TokenError::Malformed)
}

fn text(payload: &mut Map<String, Value>, name: &str) -> Result<Option<String>, TokenError> {
    match payload.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(TokenError::Malformed),
    }
}

fn flag(payload: &mut Map<String, Value>, name: &str) -> Result<Option<bool>, TokenError> {
    payload
        .remove(name)
        .map(|value| value.as_bool().ok_or(TokenError::Malformed))
        .transpose()
}

fn time(payload: &mut Map<String, Value>, name: &str) -> Result<Option<i64>, TokenError> {
    payload
        .remove(name)
        .map(|value| {
            // `as_i64` takes neither floats nor strings.
            value
                .as_i64()
                .filter(|seconds| *seconds >= 0)
                .ok_or(TokenError::Malformed)
        })
        .transpose()
}

fn texts(payload: &mut Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, TokenError> {
    let items = match payload.remove(name) {
        None => return Ok(None),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(TokenError::Malformed),
    };
    items
        .into_iter()
        .map(|item| match item {
            Value::String(text) => Ok(text),
            _ => Err(TokenError::Malformed),
        })
        .collect::<Result<_, _>>()
        .map(Some)
}
