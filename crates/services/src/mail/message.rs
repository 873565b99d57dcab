//! What is said, with all that it takes to say it.

use super::{AccountMessage, BillingMessage, EntryMessage, ShareMessage};
use oneclaw_crypto::{Plaintext, SecretText};
use oneclaw_domain::{Email, Timestamp};
use serde::{Deserialize, Serialize};

/// A mail before it is put into words. It is kept sealed until it is sent.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Message {
    /// An account was made.
    Welcome {
        display_name: String,
        org_name: String,
    },
    /// An API key was made for somebody's account.
    ApiKeyCreated {
        display_name: String,
        key_name: String,
        prefix: String,
    },
    /// Somebody's password was changed.
    PasswordChanged { display_name: String },
    /// Somebody's account asks for a second factor from now on.
    SecondFactorOn { display_name: String },
    /// It asks for none any more.
    SecondFactorOff { display_name: String },
    /// Somebody's account is gone.
    AccountDeleted { display_name: String },
    /// What is said about an account's address or password.
    Account(AccountMessage),
    /// What is said about a new way into an account.
    Entry(EntryMessage),
    /// Somebody is invited into an organization.
    Invitation {
        org_name: String,
        inviter_name: String,
        role: String,
        #[serde(with = "in_sealed_row")]
        token: SecretText,
        /// Milliseconds since the Unix epoch.
        #[serde(with = "as_millis")]
        expires_at: Timestamp,
    },
    /// Somebody is invited who has an account already, in another organization.
    InvitedElsewhere {
        org_name: String,
        inviter_name: String,
    },
    /// What is said about a share.
    Share(ShareMessage),
    /// What is said about what an organization pays.
    Billing(BillingMessage),
    /// An agent asks to be let in.
    EnrollmentRequest {
        agent_name: String,
        description: String,
        fingerprint: Option<String>,
        #[serde(with = "in_sealed_row")]
        token: SecretText,
        /// Milliseconds since the Unix epoch.
        #[serde(with = "as_millis")]
        expires_at: Timestamp,
    },
}

impl Message {
    /// Which mail it is, for the store and for the log.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::ApiKeyCreated { .. } => "api_key_created",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SecondFactorOn { .. } => "second_factor_on",
            Self::SecondFactorOff { .. } => "second_factor_off",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::Account(message) => message.kind(),
            Self::Entry(message) => message.kind(),
            Self::Invitation { .. } => "invitation",
            Self::InvitedElsewhere { .. } => "invited_elsewhere",
            Self::Share(message) => message.kind(),
            Self::Billing(message) => message.kind(),
            Self::EnrollmentRequest { .. } => "enrollment_request",
        }
    }
}

impl Message {
    /// Under which its address's cap counts it. What strangers cause has one counter, and so has
    /// each notice of what was done to an account: nobody else's mails, and no other notice, keep
    /// the owner from hearing of a new password.
    pub(super) const fn counted_as(&self) -> &'static str {
        match self {
            Self::PasswordChanged { .. } => "attempts password notice to",
            Self::ApiKeyCreated { .. } => "attempts key notice to",
            Self::SecondFactorOn { .. } => "attempts second factor notice to",
            Self::SecondFactorOff { .. } => "attempts second factor loss notice to",
            Self::AccountDeleted { .. } => "attempts deletion notice to",
            Self::Account(message) => message.counted_as(),
            Self::Entry(message) => message.counted_as(),
            Self::Share(message) => message.counted_as(),
            Self::Billing(message) => message.counted_as(),
            Self::Welcome { .. }
            | Self::Invitation { .. }
            | Self::InvitedElsewhere { .. }
            | Self::EnrollmentRequest { .. } => "attempts mail to",
        }
    }
}

/// What a row of the outbox holds, sealed.
#[derive(Serialize)]
struct Written<'a> {
    to: &'a str,
    message: &'a Message,
}

/// The same, read back.
#[derive(Deserialize)]
struct Read {
    to: String,
    message: Message,
}

/// The bytes to seal.
pub(super) fn write(to: &Email, message: &Message) -> Result<Plaintext, serde_json::Error> {
    let to = to.as_str();
    serde_json::to_vec(&Written { to, message }).map(Plaintext::new)
}

/// Reads what [`write`] made; `None` for anything else.
pub(super) fn read(bytes: &Plaintext) -> Option<(Email, Message)> {
    let read: Read = serde_json::from_slice(bytes.expose()).ok()?;
    Some((Email::parse(&read.to).ok()?, read.message))
}

/// A token, on its way into a sealed row and out of it, and nowhere else.
pub(super) mod in_sealed_row {
    use oneclaw_crypto::SecretText;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::mail) fn serialize<S: Serializer>(
        token: &SecretText,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(token.expose())
    }

    pub(in crate::mail) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SecretText, D::Error> {
        String::deserialize(deserializer).map(SecretText::new)
    }
}

/// A moment as a number.
pub(super) mod as_millis {
    use oneclaw_domain::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes every field so"
    )]
    pub(in crate::mail) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(time.millis())
    }

    pub(in crate::mail) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_millis)
    }
}
