//! Shares: a secret given to somebody, by person, agent, address or link.

use crate::{
    AgentId, Cidr, Email, Invalid, MaxAccessCount, OrgId, Principal, SecretId, SecretPath, ShareId,
    Timestamp, UserId, VaultId,
};
use std::net::IpAddr;

/// How long a share stands where nobody says, in hours (contract 14).
pub const SHARE_HOURS: i64 = 24;

/// Entries that a share's list of addresses may have. Ours.
const MAX_ADDRESSES: usize = 100;

/// What kind of recipient a share has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecipientKind {
    /// A person of the same organization.
    User,
    /// An agent of the same organization.
    Agent,
    /// The person behind the agent that shares.
    Creator,
    /// Whoever has proved an address.
    Email,
    /// Whoever has the link.
    Link,
}

impl RecipientKind {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Creator => "creator",
            Self::Email => "external_email",
            Self::Link => "anyone_with_link",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Another word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        [
            Self::User,
            Self::Agent,
            Self::Creator,
            Self::Email,
            Self::Link,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or(Invalid::new(
            "must be user, agent, creator, external_email or anyone_with_link",
        ))
    }
}

/// To whom a secret is shared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipient {
    /// A person of the same organization.
    User(UserId),
    /// An agent of the same organization.
    Agent(AgentId),
    /// The person behind the agent that shares.
    Creator(UserId),
    /// Whoever has proved this address, in whatever organization.
    Email(Email),
    /// Whoever has the link.
    Link,
}

impl Recipient {
    /// What kind it is.
    pub const fn kind(&self) -> RecipientKind {
        match self {
            Self::User(_) => RecipientKind::User,
            Self::Agent(_) => RecipientKind::Agent,
            Self::Creator(_) => RecipientKind::Creator,
            Self::Email(_) => RecipientKind::Email,
            Self::Link => RecipientKind::Link,
        }
    }

    /// The principal that it names, where it names one.
    pub const fn principal(&self) -> Option<Principal> {
        match self {
            Self::User(user) | Self::Creator(user) => Some(Principal::User(*user)),
            Self::Agent(agent) => Some(Principal::Agent(*agent)),
            Self::Email(_) | Self::Link => None,
        }
    }

    /// The address that it names, where it names one.
    pub const fn email(&self) -> Option<&Email> {
        match self {
            Self::Email(email) => Some(email),
            _ => None,
        }
    }

    /// Whether it is this reader. An address is only somebody's who has proved it.
    pub fn is(&self, reader: &ShareReader) -> bool {
        match self {
            Self::Link => true,
            Self::Email(email) => reader.proved_email.as_ref() == Some(email),
            Self::User(_) | Self::Agent(_) | Self::Creator(_) => {
                reader.principal == self.principal()
            }
        }
    }
}

/// Who asks for what was shared.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShareReader {
    /// Who they are; `None` = nobody known.
    pub principal: Option<Principal>,
    /// Their address, where they have proved it.
    pub proved_email: Option<Email>,
}

/// The addresses from which a share may be read: at least one, at most 100.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IpAllowlist(Vec<Cidr>);

impl IpAllowlist {
    /// Checks a list. An empty one would mean nobody, which nobody means.
    ///
    /// # Errors
    /// No entry, or more than 100.
    pub fn new(blocks: Vec<Cidr>) -> Result<Self, Invalid> {
        if blocks.is_empty() || blocks.len() > MAX_ADDRESSES {
            return Err(Invalid::new("must have 1 to 100 addresses or CIDR blocks"));
        }
        Ok(Self(blocks))
    }

    /// Whether a client may read. One without a known address may not.
    pub fn admits(&self, ip: Option<IpAddr>) -> bool {
        ip.is_some_and(|ip| self.0.iter().any(|block| block.contains(ip)))
    }

    /// The entries.
    pub fn as_slice(&self) -> &[Cidr] {
        &self.0
    }
}

/// A share.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column, none depends on another"
)]
pub struct Share {
    /// Its id: random, for it alone opens a share by link.
    pub id: ShareId,
    /// The organization of the secret.
    pub org: OrgId,
    /// The vault of the secret.
    pub vault: VaultId,
    /// The secret, of which the newest version is shared.
    pub secret: SecretId,
    /// Where that lies.
    pub path: SecretPath,
    /// To whom.
    pub recipient: Recipient,
    /// Whether a passphrase is asked for.
    pub has_passphrase: bool,
    /// From where it may be read; `None` = from anywhere.
    pub ip_allowlist: Option<IpAllowlist>,
    /// How often it may be read; `None` = any number of times.
    pub max_access_count: Option<MaxAccessCount>,
    /// How often it was read.
    pub access_count: i64,
    /// When it stops.
    pub expires_at: Timestamp,
    /// Who shares.
    pub created_by: Principal,
    /// Since when.
    pub created_at: Timestamp,
    /// Whether the recipient took it, by accepting or by reading.
    pub accepted: bool,
    /// Whether the recipient refused it.
    pub declined: bool,
    /// Whether who shares is told by mail when it is read.
    pub notifies: bool,
    /// Whether readers of a link are told the name of who shares.
    pub names_maker: bool,
}

/// How a share stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShareState {
    /// Its recipient has not taken it yet.
    Pending,
    /// It can be read.
    Active,
    /// Its recipient refused it.
    Declined,
    /// Its time is over.
    Expired,
    /// It was read as often as it may be.
    Exhausted,
}

impl ShareState {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
        }
    }
}

impl Share {
    /// How it stands at `now`.
    pub fn state(&self, now: Timestamp) -> ShareState {
        let used_up = |max: MaxAccessCount| self.access_count >= max.get();
        if self.declined {
            ShareState::Declined
        } else if self.expires_at <= now {
            ShareState::Expired
        } else if self.max_access_count.is_some_and(used_up) {
            ShareState::Exhausted
        } else if self.accepted || self.recipient == Recipient::Link {
            ShareState::Active
        } else {
            ShareState::Pending
        }
    }
}

/// What is asked for before a share is read: 1 to 256 characters, never shown.
pub struct Passphrase(zeroize::Zeroizing<String>);

impl Passphrase {
    /// Checks the length.
    ///
    /// # Errors
    /// Empty, or longer than 256 characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // 4 bytes a character bound the text before it is counted
        if text.is_empty() || text.len() > 256 * 4 || text.chars().count() > 256 {
            return Err(Invalid::new("must be 1 to 256 characters"));
        }
        Ok(Self(zeroize::Zeroizing::new(text.to_owned())))
    }

    /// The text, for the hasher.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shr_10_an_empty_list_of_addresses_is_refused() {
        assert!(IpAllowlist::new(Vec::new()).is_err());
        let one = Cidr::parse("10.0.0.0/8").unwrap();
        assert!(IpAllowlist::new(vec![one; 101]).is_err());
        let list = IpAllowlist::new(vec![one]).unwrap();
        assert!(list.admits("::ffff:10.1.2.3".parse().ok()));
        assert!(!list.admits("11.1.2.3".parse().ok()));
        assert!(!list.admits(None));
    }

    #[test]
    fn shr_06_an_address_is_only_theirs_who_proved_it() {
        let email = Email::parse("bob@x.test").unwrap();
        let to = Recipient::Email(email.clone());
        let principal = Some(Principal::User(UserId::from_uuid(uuid::Uuid::from_u128(1))));
        let unproved = ShareReader {
            principal,
            proved_email: None,
        };
        let proved = ShareReader {
            principal,
            proved_email: Some(email),
        };
        assert!(!to.is(&unproved));
        assert!(to.is(&proved));
        assert!(!to.is(&ShareReader::default()));
        assert!(Recipient::Link.is(&ShareReader::default()));
        assert!(!Recipient::User(UserId::from_uuid(uuid::Uuid::from_u128(2))).is(&proved));
    }
}
