//! Opening sessions and making tokens.

use crate::Refusal;
use crate::core::Core;
use oneclaw_crypto::{Claims, SecretText, random_token};
use oneclaw_domain::{
    ApiKeyId, AuthMethod, OrgId, Scopes, Session, SessionId, Timestamp, TokenId, User, UserId,
};
use oneclaw_policy::{Access, Account, LogIn, SystemReason};
use oneclaw_storage::{NewRefreshToken, Tx};

/// Whom access tokens are for (contract 3.2).
pub(crate) const AUDIENCE: &str = "oneclaw";
/// The label under which refresh tokens are hashed.
pub(super) const REFRESH_LABEL: &str = "refresh token";
/// The label under which API keys are hashed.
pub(crate) const API_KEY_LABEL: &str = "api key";
/// The label under which agents' API keys are hashed.
pub(crate) const AGENT_KEY_LABEL: &str = "agent key";

/// The word for a second factor in the `amr` claim (RFC 8176).
const SECOND_FACTOR: &str = "otp";

/// Bytes of JSON that a list may have in a token. The verifier takes tokens up to 8 KiB, in base64.
const CLAIM_ROOM: usize = 2 * 1024;

/// What a login gives.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access_token: SecretText,
    /// Its life, in seconds, always positive.
    pub expires_in: i64,
    /// What gives the next one; not for API keys.
    pub refresh_token: Option<SecretText>,
    /// Who.
    pub user: UserId,
    /// Of which organization.
    pub org: OrgId,
}

/// How a session is opened.
pub(crate) struct Opening {
    pub(crate) method: AuthMethod,
    pub(crate) reason: SystemReason,
    /// Whether a second factor was proved for it.
    pub(crate) second_factor: bool,
    pub(crate) api_key: Option<ApiKeyId>,
    /// When whatever opens it ends.
    pub(crate) not_beyond: Option<Timestamp>,
}

/// Access to the account of somebody who proved who they are.
pub(crate) fn proved(user: &User, reason: SystemReason) -> Access<LogIn> {
    Access::system(
        Account {
            org: user.org,
            user: user.id,
        },
        reason,
    )
}

impl Core {
    /// Opens a session in a unit of work.
    pub(crate) async fn open_session(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        opening: &Opening,
    ) -> Result<Session, Refusal> {
        let now = self.now();
        let end = now.plus_seconds(self.settings.session_ttl);
        let session = Session {
            id: self.id(SessionId::from_uuid),
            org: user.org,
            user: user.id,
            method: opening.method,
            second_factor: opening.second_factor,
            api_key: opening.api_key,
            auth_time: now,
            expires_at: opening.not_beyond.map_or(end, |bound| bound.min(end)),
        };
        tx.sessions()
            .insert(&proved(user, opening.reason), &session)
            .await?;
        Ok(session)
    }

    /// Adds a refresh token to a session, sliding but never beyond the session's end.
    pub(crate) async fn add_refresh(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        session: &Session,
    ) -> Result<SecretText, Refusal> {
        let token = random_token("ort_")?;
        let slides = self.now().plus_seconds(self.settings.refresh_ttl);
        let row = NewRefreshToken {
            hash: self.keys.lookup_hash(REFRESH_LABEL, token.expose()),
            session: session.id,
            expires_at: slides.min(session.expires_at),
        };
        let access = proved(user, SystemReason::PasswordProved);
        tx.sessions().insert_refresh(&access, &row).await?;
        Ok(token)
    }

    /// Makes an access token of a session; it never outlives what it came from.
    pub(crate) fn mint(
        &self,
        session: &Session,
        user: &User,
        scopes: &Scopes,
        ttl: i64,
    ) -> Result<(SecretText, i64), Refusal> {
        let now = self.now().seconds();
        let expires = (now + ttl).min(session.expires_at.seconds());
        let login = !matches!(session.method, AuthMethod::ApiKey | AuthMethod::Device);
        let second = session.second_factor.then(|| SECOND_FACTOR.to_owned());
        let claims = Claims {
            sub: format!("user:{}", user.id),
            org: user.org.to_string(),
            sid: session.id.to_string(),
            jti: self.id(TokenId::from_uuid).to_string(),
            iat: now,
            exp: expires,
            iss: self.settings.public_url.clone(),
            aud: AUDIENCE.to_owned(),
            scopes: that_fit(scopes.as_slice().iter().cloned()),
            role: Some(user.role.as_str().to_owned()),
            email: Some(user.email.as_str().to_owned()),
            auth_time: login.then(|| session.auth_time.seconds()),
            amr: [session.method.amr().to_owned()]
                .into_iter()
                .chain(second)
                .collect(),
            key: session.api_key.map(|key| key.to_string()),
            vault_ids: None,
            intents_api_enabled: None,
            environment: None,
        };
        Ok((self.keys.sign(&claims)?, (expires - now).max(1)))
    }
}

/// As many as a token has room for: they are for display, and a long token would be refused
/// wherever headers are bounded.
pub(super) fn that_fit(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut room = CLAIM_ROOM;
    texts
        .take_while(|text| {
            // quotes and a comma, and what JSON escapes may double
            let needs = 2 * text.len() + 3;
            let fits = needs <= room;
            room = room.saturating_sub(needs);
            fits
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_tokens_are_cut_to_their_room() {
        let some = || ["db/**", "web/*"].into_iter().map(str::to_owned);
        assert_eq!(that_fit(some()), some().collect::<Vec<_>>());
        let many = that_fit((0..100).map(|_| "x".repeat(256)));
        assert!((3..8).contains(&many.len()), "{}", many.len());
        assert!(that_fit(std::iter::empty()).is_empty());
    }
}
