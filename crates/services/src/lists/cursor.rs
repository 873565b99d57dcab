//! Positions in lists, as texts that nobody but us can make.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oneclaw_crypto::MacKey;
use oneclaw_domain::{Invalid, OrgId, Timestamp};
use std::fmt::Display;

use crate::Refusal;

/// Bytes of the tag: half of HMAC-SHA-256 (NIST SP 800-107 5.1 allows it).
const TAG: usize = 16;

/// Makes and reads cursors. A cursor names its list and organization only in its tag: one that was
/// edited, or comes from elsewhere, is refused.
pub(crate) struct Cursors<'a> {
    key: &'a MacKey,
    label: String,
}

impl<'a> Cursors<'a> {
    /// For one list; `of` says what makes it this list (vault, path, prefix).
    pub(crate) fn new(key: &'a MacKey, list: &str, org: OrgId, of: &str) -> Self {
        Self {
            key,
            label: format!("cursor {list} {org} {of}"),
        }
    }

    /// The text for a position.
    pub(crate) fn write(&self, position: &str) -> String {
        let hash = self.key.mac(&self.label, position.as_bytes());
        let mut bytes: Vec<u8> = hash.as_bytes().iter().take(TAG).copied().collect();
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position that a text stands for.
    pub(crate) fn read<T>(
        &self,
        text: Option<&str>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        text.map(|text| self.open(text).and_then(|position| parse(&position)))
            .map(|position| position.ok_or_else(refused))
            .transpose()
    }

    /// The text for a position in a list by age: when a row was made, and which of that moment.
    pub(crate) fn write_age(&self, created_at: Timestamp, id: impl Display) -> String {
        self.write(&format!("{} {id}", created_at.millis()))
    }

    /// The position in a list by age that a text stands for.
    pub(crate) fn read_age<I>(
        &self,
        text: Option<&str>,
        id: fn(&str) -> Result<I, Invalid>,
    ) -> Result<Option<(Timestamp, I)>, Refusal> {
        self.read(text, |position| {
            let (at, which) = position.split_once(' ')?;
            Some((Timestamp::from_millis(at.parse().ok()?), id(which).ok()?))
        })
    }

    fn open(&self, text: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, position) = bytes.split_at_checked(TAG)?;
        let expected = self.key.mac(&self.label, position);
        let expected: Vec<u8> = expected.as_bytes().iter().take(TAG).copied().collect();
        let position = String::from_utf8(position.to_vec()).ok()?;
        oneclaw_crypto::constant_time_eq(&expected, tag).then_some(position)
    }
}

fn refused() -> Refusal {
    Refusal::field(
        "cursor",
        &Invalid::new("must be the next_cursor of an earlier page of this list"),
    )
}
