//! Times in rows.

use super::sql::Moment;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use oneclaw_domain::Timestamp;
use std::io::Write;

/// Microseconds from the Unix epoch to 2000-01-01T00:00:00Z, where Postgres counts from
/// (PostgreSQL manual, "Date/Time Types").
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// A moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Moment)]
pub(crate) struct StoredTime(pub(crate) Timestamp);

impl From<Timestamp> for StoredTime {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl From<StoredTime> for Timestamp {
    fn from(time: StoredTime) -> Self {
        time.0
    }
}

impl ToSql<Moment, Pg> for StoredTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.0.micros().saturating_sub(POSTGRES_EPOCH);
        out.write_all(&micros.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Pg> for StoredTime {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        Ok(Self(Timestamp::from_micros(
            micros.saturating_add(POSTGRES_EPOCH),
        )))
    }
}

impl ToSql<Moment, Sqlite> for StoredTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Sqlite> for StoredTime {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(Timestamp::from_micros(value.read_long())))
    }
}
