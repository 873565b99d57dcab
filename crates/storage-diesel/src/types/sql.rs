//! Three SQL types, each with its native form on Postgres and its counterpart on SQLite. The object
//! ids are those of Postgres' catalog (`pg_type.dat`), so that no look-up is needed.

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

/// `uuid`, or a BLOB of 16 bytes.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(
    postgres_type(oid = 2950, array_oid = 2951),
    sqlite_type(name = "Binary")
)]
pub struct Id;

/// `timestamptz`, or an INTEGER of microseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(
    postgres_type(oid = 1184, array_oid = 1185),
    sqlite_type(name = "Long")
)]
pub struct Moment;

/// `jsonb`, or TEXT.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(
    postgres_type(oid = 3802, array_oid = 3807),
    sqlite_type(name = "Text")
)]
pub struct Document;
