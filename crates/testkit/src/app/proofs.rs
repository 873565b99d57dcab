//! What somebody can prove by their mail.

use super::{Instance, Person};
use crate::Received;
use serde_json::json;

/// What an owner's mails hold; something of the same shape where nobody can read them.
pub(super) struct Proofs {
    /// What proves the address.
    pub(super) verification: String,
    /// What sets the password anew.
    pub(super) reset: String,
    /// What gives the account another address.
    pub(super) email_code: String,
}

impl Proofs {
    /// Asks for all of them.
    pub(super) async fn of(who: &Person) -> Self {
        let (at, email) = (&who.instance, &who.email);
        let forgotten = json!({ "email": email });
        at.post("/v1/auth/forgot-password", forgotten).await.is(200);
        let moved = format!("moved-{email}");
        let change = json!({ "new_email": moved });
        who.post("/v1/auth/change-email", change).await.is(200);
        let code = at.mail_to(&moved).await.last().map(Received::code);
        Self {
            verification: token_mailed(at, email, "verify-email").await,
            reset: token_mailed(at, email, "reset-password").await,
            email_code: code.unwrap_or_else(|| "000000".to_owned()),
        }
    }
}

async fn token_mailed(at: &Instance, email: &str, page: &str) -> String {
    let mut mails = at.mail_to(email).await;
    mails.retain(|mail| mail.text().contains(&format!("/{page}?token=")));
    let token = mails.last().map(Received::token);
    token.unwrap_or_else(|| "A".repeat(43))
}

/// Somebody without a password, where mail can be read: who proves an address by the mailed token
/// alone loses it.
pub(super) async fn passwordless(at: &Instance) -> Option<Person> {
    let who = at.owner().await;
    let token = token_mailed(at, &who.email, "verify-email").await;
    let proved = json!({ "token": token });
    let proved = at.post("/v1/auth/verify-email", proved).await;
    (proved.status == 200).then(|| who.with(&proved.str("/access_token")))
}
