//! The first pass over a body: its structure, before any of it is kept (abuse cases IN-01, IN-02).

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;

/// Deepest nesting of objects and arrays, the outermost counted (abuse case IN-02).
const MAX_DEPTH: usize = 32;
/// Most members of one object, or elements of one array (abuse case IN-02).
const MAX_MEMBERS: usize = 1000;
/// Most members and elements in the whole body.
const MAX_TOTAL: usize = 10_000;

/// What is wrong with a body as such.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Fault {
    /// The member it lies in, if it is known and a plain name.
    pub(super) field: Option<String>,
    /// In words that repeat nothing of the body.
    pub(super) reason: String,
}

/// Checks that `bytes` are exactly one JSON object in UTF-8 without a key twice, and within bounds.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let walk = Walk::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let seed = Node {
        walk: &walk,
        depth: 1,
    };
    seed.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| walk.fault(&error))
}

#[derive(Default)]
struct Walk {
    total: Cell<usize>,
    /// The bound that was broken.
    broken: Cell<Option<&'static str>>,
    /// The member of the outermost object that is being read.
    member: RefCell<Option<String>>,
}

impl Walk {
    fn breaks<E: serde::de::Error>(&self, bound: &'static str) -> E {
        self.broken.set(Some(bound));
        E::custom(bound)
    }

    fn count<E: serde::de::Error>(&self, members: &mut usize) -> Result<(), E> {
        *members += 1;
        self.total.set(self.total.get() + 1);
        if *members > MAX_MEMBERS {
            return Err(self.breaks("has more than 1000 members in one object or array"));
        }
        if self.total.get() > MAX_TOTAL {
            return Err(self.breaks("has more than 10000 members"));
        }
        Ok(())
    }

    fn fault(self, error: &serde_json::Error) -> Fault {
        let at = format!("line {} column {}", error.line(), error.column());
        let field = self.member.into_inner().filter(|name| is_plain(name));
        // serde_json has no kind for it; a test below holds the text
        let out_of_range = error.to_string().starts_with("number out of range");
        match (self.broken.get(), error.classify()) {
            (Some(bound), _) => Fault {
                field: None,
                reason: format!("{bound}, at {at}"),
            },
            (None, _) if out_of_range => Fault {
                field,
                reason: format!("has a number out of range, at {at}"),
            },
            (None, Category::Eof) => Fault {
                field: None,
                reason: format!("ends too early, at {at}"),
            },
            (None, Category::Data) => Fault {
                field: None,
                reason: "must be a JSON object".to_owned(),
            },
            (None, Category::Syntax | Category::Io) => Fault {
                field: None,
                reason: format!("is not valid JSON, at {at}"),
            },
        }
    }
}

/// Whether a member's name is one that our fields could have: others are not repeated.
fn is_plain(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[derive(Clone, Copy)]
struct Node<'a> {
    walk: &'a Walk,
    depth: usize,
}

impl Node<'_> {
    fn enter<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth > MAX_DEPTH {
            return Err(self.walk.breaks("is nested more than 32 deep"));
        }
        Ok(Self {
            walk: self.walk,
            depth: self.depth + 1,
        })
    }

    /// Only an object may be outermost.
    fn inner<E: serde::de::Error>(self) -> Result<(), E> {
        if self.depth == 1 {
            Err(E::custom("not an object"))
        } else {
            Ok(())
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.inner()
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.inner()
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.inner()
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.inner()
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.inner()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.inner()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.inner()?;
        let node = self.enter()?;
        let mut members = 0;
        while items.next_element_seed(node)?.is_some() {
            self.walk.count(&mut members)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let node = self.enter()?;
        let mut keys = HashSet::new();
        let mut count = 0;
        while let Some(key) = members.next_key::<String>()? {
            self.walk.count(&mut count)?;
            if self.depth == 1 {
                self.walk.member.replace(Some(key.clone()));
            }
            if !keys.insert(key) {
                return Err(self.walk.breaks("has a member twice"));
            }
            members.next_value_seed(node)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(body: impl AsRef<[u8]>) -> String {
        check(body.as_ref()).unwrap_err().reason
    }

    #[test]
    fn in_01_what_is_no_object() {
        for body in ["null", "[]", "\"x\"", "1", "true"] {
            assert_eq!(reason(body), "must be a JSON object", "{body}");
        }
        assert!(reason("{\"email\":").starts_with("ends too early"));
        for body in [
            "{}{}",
            "{} x",
            "\u{feff}{}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":01}",
            "{'a':1}",
        ] {
            assert!(reason(body).starts_with("is not valid JSON"), "{body}");
        }
        let utf16: Vec<u8> = "{\"a\":1}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(reason(utf16).starts_with("is not valid JSON"));
        assert!(reason(b"{\"a\":\"\xff\"}").starts_with("is not valid JSON"));
    }

    #[test]
    fn in_01_a_member_twice() {
        for body in [
            r#"{"value":"a","value":"b"}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"m":{"x":1,"x":1}}"#,
        ] {
            assert!(reason(body).starts_with("has a member twice"), "{body}");
        }
    }

    #[test]
    fn in_02_depth_and_members() {
        let nested = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert_eq!(check(nested(31).as_bytes()), Ok(()));
        assert!(reason(nested(32)).starts_with("is nested more than 32 deep"));
        assert!(reason(format!("{{\"a\":{}", "[".repeat(100_000))).starts_with("is nested"));
        let array = |n: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(n - 1));
        assert_eq!(check(array(1000).as_bytes()), Ok(()));
        assert!(reason(array(1001)).starts_with("has more than 1000 members"));
        let keys: Vec<_> = (0..1001).map(|n| format!("\"k{n}\":0")).collect();
        assert!(reason(format!("{{{}}}", keys.join(","))).starts_with("has more than 1000"));
        let row = format!("[{}0]", "0,".repeat(999));
        let table = format!("{{\"a\":[{}]}}", vec![row; 11].join(","));
        assert!(reason(table).starts_with("has more than 10000"));
    }

    #[test]
    fn in_03_a_number_out_of_range_is_named() {
        let fault = check(br#"{"x":1,"max_access_count":1e400}"#).unwrap_err();
        assert_eq!(fault.field.as_deref(), Some("max_access_count"));
        assert!(fault.reason.starts_with("has a number out of range"));
    }
}
