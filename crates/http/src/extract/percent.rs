//! Percent-decoding, exactly once (abuse case PATH-02).

use percent_encoding::percent_decode_str;

/// The text behind `raw`; `None` for a `%` that no two hex digits follow, and for what is no UTF-8.
pub(super) fn decode(raw: &str) -> Option<String> {
    let whole = raw.split('%').skip(1).all(|after| {
        let mut digits = after.bytes().take(2);
        matches!((digits.next(), digits.next()), (Some(a), Some(b))
            if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
    });
    if !whole {
        return None;
    }
    percent_decode_str(raw)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn path_02_once_and_whole() {
        assert_eq!(decode("a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(decode("a%252Fb").as_deref(), Some("a%2Fb"));
        assert_eq!(decode("%c3%a4").as_deref(), Some("ä"));
        for bad in ["a%", "a%2", "%zz", "%ff", "%c0%af", "%+1", "%%20"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
