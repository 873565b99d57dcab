//! The JSON types that fields may have.

use super::{Given, SecretField};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;
use zeroize::Zeroizing;

/// A type that a field may have. Reading consumes the field whatever it is: a wrong type is an
/// answer, not an error, and no text of the body gets into it.
pub trait Shape: Sized {
    /// Reads one field.
    ///
    /// # Errors
    /// Malformed JSON only.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given<Self>, D::Error>;
}

/// What a JSON scalar is as this type; `None` = the wrong one.
trait Scalar: Sized {
    const EXPECTED: &'static str;

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_integer(_: i64) -> Option<Self> {
        None
    }

    fn from_text(_: &str) -> Option<Self> {
        None
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "must be true or false";

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "must be a whole number";

    fn from_integer(value: i64) -> Option<Self> {
        Some(value)
    }
}

impl Scalar for String {
    const EXPECTED: &'static str = "must be a string";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Scalar for SecretField {
    const EXPECTED: &'static str = "must be a string";

    fn from_text(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }
}

macro_rules! scalar_shapes {
    ($($scalar:ty),*) => {$(
        impl Shape for $scalar {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given<Self>, D::Error> {
                deserializer.deserialize_any(ScalarVisitor(PhantomData))
            }
        }
    )*};
}

scalar_shapes!(bool, i64, String, SecretField);

struct ScalarVisitor<T>(PhantomData<T>);

/// Right or wrong.
fn given<T: Scalar>(value: Option<T>) -> Given<T> {
    value.map_or(Given::Wrong(T::EXPECTED), Given::Value)
}

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = Given<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Given<T>, E> {
        Ok(given(T::from_bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Given<T>, E> {
        Ok(given(T::from_integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Given<T>, E> {
        Ok(given(i64::try_from(value).ok().and_then(T::from_integer)))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Given<T>, E> {
        Ok(given(None))
    }

    fn visit_str<E>(self, text: &str) -> Result<Given<T>, E> {
        Ok(given(T::from_text(text)))
    }

    fn visit_unit<E>(self) -> Result<Given<T>, E> {
        Ok(Given::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(given(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Given<T>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(given(None))
    }
}

/// A list of texts.
impl Shape for Vec<String> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given<Self>, D::Error> {
        const WRONG: Given<Vec<String>> = Given::Wrong("must be an array of strings");
        let raw = <Box<RawValue> as serde::Deserialize>::deserialize(deserializer)?;
        Ok(match raw.get() {
            "null" => Given::Null,
            text => serde_json::from_str(text).map_or(WRONG, Given::Value),
        })
    }
}

/// A JSON object, as it was written: what it means is up to its parser. It may hold what is
/// confidential, so it does not show itself.
pub struct RawObject(Zeroizing<String>);

impl RawObject {
    /// The object's text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawObject(redacted)")
    }
}

impl Shape for RawObject {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given<Self>, D::Error> {
        let raw = <Box<RawValue> as serde::Deserialize>::deserialize(deserializer)?;
        Ok(match raw.get() {
            "null" => Given::Null,
            text if text.starts_with('{') => Given::Value(Self(Zeroizing::new(text.to_owned()))),
            _ => Given::Wrong("must be an object"),
        })
    }
}
