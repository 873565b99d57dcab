//! Ids in rows.

use super::sql::Id;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use oneclaw_domain::{
    AgentId, AgentKeyId, ApiKeyId, CmekJobId, CreditEntryId, CreditLotId, DeviceGrantId,
    EnrollmentId, EventId, InviteId, IpRuleId, MailId, OrgId, PolicyId, SecretId, SessionId,
    ShareId, SignupId, TokenId, UserId, VaultId, VersionId,
};
use std::io::Write;
use uuid::Uuid;

/// An id of any noun; the column says which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Id)]
pub(crate) struct StoredId(pub(crate) Uuid);

macro_rules! nouns {
    ($($noun:ident)*) => {$(
        impl From<$noun> for StoredId {
            fn from(id: $noun) -> Self {
                Self(id.uuid())
            }
        }

        impl From<StoredId> for $noun {
            fn from(id: StoredId) -> Self {
                Self::from_uuid(id.0)
            }
        }
    )*};
}

nouns! {
    AgentId AgentKeyId ApiKeyId CmekJobId EnrollmentId EventId InviteId IpRuleId MailId OrgId PolicyId
    SecretId SessionId TokenId UserId VaultId VersionId DeviceGrantId ShareId SignupId
    CreditEntryId CreditLotId
}

impl ToSql<Id, Pg> for StoredId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Pg> for StoredId {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl ToSql<Id, Sqlite> for StoredId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Sqlite> for StoredId {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.read_blob())?))
    }
}
