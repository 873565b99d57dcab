//! Identifiers: a UUID with the noun it names, so that one cannot stand in for another.

use crate::Invalid;
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this UUID.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads the hyphenated form of RFC 9562, in either case.
            ///
            /// # Errors
            /// Anything else, the nil UUID included: braces, `urn:uuid:` and bare hex are refused,
            /// so that one id has one spelling.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                parse_uuid(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

fn parse_uuid(text: &str) -> Result<Uuid, Invalid> {
    const REFUSED: Invalid = Invalid::new("must be a UUID");
    if text.len() != 36 {
        return Err(REFUSED);
    }
    let id = Uuid::try_parse(text).map_err(|_| REFUSED)?;
    if id.is_nil() { Err(REFUSED) } else { Ok(id) }
}

ids! {
    /// An organization: the tenant.
    OrgId;
    /// A person's account.
    UserId;
    /// A registered agent.
    AgentId;
    /// A vault.
    VaultId;
    /// A secret: its path in its vault, the same for all versions.
    SecretId;
    /// One stored version of a secret.
    VersionId;
    /// A personal API key.
    ApiKeyId;
    /// What a login opened: the chain of tokens that came from it.
    SessionId;
    /// One access token (`jti`).
    TokenId;
    /// One audit event.
    EventId;
    /// A policy: one grant of access to a vault's paths.
    PolicyId;
    /// One issue of an agent's API key: a rotation makes the next.
    AgentKeyId;
    /// A rule about the addresses that an organization's callers come from.
    IpRuleId;
    /// An invitation into an organization.
    InviteId;
    /// An agent's request to be registered.
    EnrollmentId;
    /// One mail, waiting or done with.
    MailId;
    /// A share of a secret.
    ShareId;
    /// A device's question whether somebody logs it in.
    DeviceGrantId;
    /// A rotation of a vault's values to another customer's key.
    CmekJobId;
    /// An account that waits for its address to be proved.
    SignupId;
    /// Credits that were bought or given at one time.
    CreditLotId;
    /// One line of an organization's credit ledger.
    CreditEntryId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_06_one_spelling_of_an_id() {
        let id = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
        assert_eq!(VaultId::parse(id), VaultId::parse(&id.to_uppercase()));
        for bad in [
            "",
            "00000000-0000-0000-0000-000000000000",
            "{018f6f2e-7c1a-7a3b-9c1d-0123456789ab}",
            "urn:uuid:018f6f2e-7c1a-7a3b-9c1d-0123456789ab",
            "018f6f2e7c1a7a3b9c1d0123456789ab",
            "018f6f2e-7c1a-7a3b-9c1d-0123456789ab ",
            "018f6f2e-7c1a-7a3b-9c1d-0123456789a\0",
        ] {
            assert!(VaultId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
