//! JSON documents in rows that must not fail the query around them.

use super::StoredJson;
use super::sql::Document;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use serde_json::Value;

/// A document, or nothing where what is stored is none.
#[derive(Clone, PartialEq, Debug, FromSqlRow)]
pub(crate) struct LenientJson(pub(crate) Option<Value>);

impl<DB: Backend> FromSql<Document, DB> for LenientJson
where
    StoredJson: FromSql<Document, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(StoredJson::from_sql(value).ok().map(|json| json.0)))
    }
}
