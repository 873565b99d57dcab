//! Keys and tokens of this server where a name was asked for: audit events do not keep them.

use serde_json::Value;
use std::borrow::Cow;

/// What keys and tokens begin with.
const PREFIXES: [&str; 6] = ["1ck_", "ocv_", "ort_", "mfa_", "rat_", "dvc_"];
/// How many characters follow: 32 random bytes in base64.
const RANDOM: usize = 43;
/// What stands in the place of those. All of it may occur in a path, so that what reads paths from
/// events can read it.
const MARK: &str = "--redacted--";

/// The same without keys and tokens in any text of it.
pub(crate) fn redacted(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(match redacted_text(&text) {
            Cow::Owned(changed) => changed,
            Cow::Borrowed(_) => text,
        }),
        Value::Array(items) => items.into_iter().map(redacted).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, redacted(value)))
            .collect(),
        other => other,
    }
}

fn redacted_text(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    for prefix in PREFIXES {
        if out.contains(prefix) {
            out = Cow::Owned(without(&out, prefix));
        }
    }
    out
}

fn without(text: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(prefix) {
        let random = after.bytes().take_while(|b| is_random(*b)).count();
        let (run, next) = after.split_at(random);
        out.extend([before, prefix, if random < RANDOM { run } else { MARK }]);
        rest = next;
    }
    out.push_str(rest);
    out
}

const fn is_random(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn aud_06_a_key_in_any_text_is_redacted_and_a_name_like_one_is_not() {
        let key = format!("1ck_{}", "aB3_-".repeat(9));
        let agent = format!("ocv_{}", "x".repeat(43));
        for (text, kept) in [
            (key.clone(), "1ck_--redacted--".to_owned()),
            (
                format!("prod/{agent}/db.{key}"),
                "prod/ocv_--redacted--/db.1ck_--redacted--".to_owned(),
            ),
            (
                "1ck_rotation/ocv_".to_owned(),
                "1ck_rotation/ocv_".to_owned(),
            ),
            (
                format!("1ck_{}", "a".repeat(42)),
                format!("1ck_{}", "a".repeat(42)),
            ),
            ("db/password".to_owned(), "db/password".to_owned()),
        ] {
            let details = json!({ "path": text, "all": [{ "of": text }], "n": 1 });
            let expected = json!({ "path": kept, "all": [{ "of": kept }], "n": 1 });
            assert_eq!(redacted(details), expected);
        }
    }
}
