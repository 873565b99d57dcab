//! What a ciphertext belongs to, as bytes that cannot be read in two ways.

/// Says what a ciphertext belongs to: a purpose and its parts (org, vault, secret, version). It is authenticated
/// with the ciphertext, so that a row which was moved elsewhere does not open.
///
/// Encoding: every item, the purpose first, as its length in bytes (8 bytes, big-endian) and then the bytes. Two
/// contexts have the same encoding only if they have the same items in the same order. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context(Vec<u8>);

impl Context {
    /// A context for `purpose`, a constant of the calling code that no other use shares.
    pub fn new(purpose: &str) -> Self {
        Self(Vec::with_capacity(128)).with(purpose.as_bytes())
    }

    /// Adds one more part. Order matters, and an empty part is a part.
    #[must_use]
    pub fn with(mut self, part: &[u8]) -> Self {
        push_item(&mut self.0, part);
        self
    }

    pub(crate) fn encoded(&self) -> &[u8] {
        &self.0
    }
}

/// Appends `item` with its length before it.
pub(crate) fn push_item(encoded: &mut Vec<u8>, item: &[u8]) {
    encoded.extend_from_slice(&(item.len() as u64).to_be_bytes());
    encoded.extend_from_slice(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_between_items() {
        let all = [
            Context::new("value").with(b"ab").with(b"c"),
            Context::new("value").with(b"a").with(b"bc"),
            Context::new("value").with(b"abc"),
            Context::new("value").with(b"abc").with(b""),
            Context::new("valuea").with(b"b").with(b"c"),
            Context::new("value").with(b"c").with(b"ab"),
        ];
        for (at, one) in all.iter().enumerate() {
            for (other_at, other) in all.iter().enumerate() {
                assert_eq!(one.encoded() == other.encoded(), at == other_at);
            }
        }
    }

    #[test]
    fn encoding_is_the_documented_one() {
        assert_eq!(
            Context::new("p").with(b"xy").encoded(),
            b"\0\0\0\0\0\0\0\x01p\0\0\0\0\0\0\0\x02xy"
        );
    }
}
