//! JSON documents in rows.

use super::sql::Document;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter};
use std::io::{self, Write};

/// The version byte in front of the text of a `jsonb` on the wire (`jsonb_recv`).
const JSONB_VERSION: u8 = 1;

/// A document that comes back as the same value on both stores.
#[derive(Clone, PartialEq, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Document)]
pub(crate) struct StoredJson(pub(crate) Value);

impl StoredJson {
    /// The value as it comes back from either store, for who hashes it before it is stored.
    pub(crate) fn as_read_back(mut value: Value) -> Value {
        if has_float(&value) {
            let mut text = Vec::new();
            let written = write_with(&mut text, PlainFloats(CompactFormatter), &value);
            let read = written.and_then(|()| serde_json::from_slice(&text));
            value = read.unwrap_or(value);
        }
        Self::read(value).0
    }

    /// A text of the embedded store, and whether it is just what the value is written as: one with a
    /// key twice, a blank, or its keys in another order was not written here.
    pub(crate) fn read_exactly(text: &str) -> serde_json::Result<(Self, bool)> {
        let read = Self::read(serde_json::from_str(text)?);
        let is_exact = read.as_text()? == text.as_bytes();
        Ok((read, is_exact))
    }

    /// What the embedded store keeps of it.
    fn as_text(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::new();
        write_with(&mut text, UnsignedZero(CompactFormatter), &self.0)?;
        Ok(text)
    }

    /// `jsonb` forgets the order of keys; so that both stores answer alike, both are put in theirs.
    fn read(mut value: Value) -> Self {
        value.sort_all_objects();
        Self(value)
    }
}

/// Whether a float is anywhere in it: nothing else comes back other than it went in.
fn has_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_float),
        Value::Object(fields) => fields.values().any(has_float),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Writes floats with all digits and a fraction. `jsonb` keeps numbers as decimals without an
/// exponent, so that `1e16` would come back as an integer; `10000000000000000.0` stays a float.
struct PlainFloats(CompactFormatter);

impl Formatter for PlainFloats {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // Decimals know no negative zero; both stores forget it here.
        let value = if value == 0.0 { 0.0 } else { value };
        if value.fract() == 0.0 {
            write!(writer, "{value:.1}")
        } else {
            write!(writer, "{value}")
        }
    }
}

/// Forgets the sign of a zero, as decimals do.
struct UnsignedZero(CompactFormatter);

impl Formatter for UnsignedZero {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        self.0
            .write_f64(writer, if value == 0.0 { 0.0 } else { value })
    }
}

fn write_with<W: Write, F: Formatter>(
    writer: W,
    formatter: F,
    value: &Value,
) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(writer, formatter);
    serde::Serialize::serialize(value, &mut serializer)
}

impl ToSql<Document, Pg> for StoredJson {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        write_with(out, PlainFloats(CompactFormatter), &self.0)?;
        Ok(IsNull::No)
    }
}

impl FromSql<Document, Pg> for StoredJson {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(Self::read(serde_json::from_slice(text)?)),
            _ => Err("unknown version of the jsonb format".into()),
        }
    }
}

impl ToSql<Document, Sqlite> for StoredJson {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(String::from_utf8(self.as_text()?)?);
        Ok(IsNull::No)
    }
}

impl FromSql<Document, Sqlite> for StoredJson {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::read(serde_json::from_str(value.read_text())?))
    }
}
