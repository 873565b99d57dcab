//! Passwords as they come in: normalized, bounded, never shown.

use crate::{Email, Invalid};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password in characters; anything longer is refused before it is hashed.
const MAX: usize = 256;
/// Shortest password in characters (contract 5).
const MIN: usize = 12;

/// A password that somebody claims is theirs. NFKC, so that composed and decomposed typing of one
/// password are one (NIST SP 800-63B 5.1.1.2).
pub struct PasswordInput(Zeroizing<String>);

impl PasswordInput {
    /// Normalizes and bounds; says nothing of quality.
    ///
    /// # Errors
    /// Empty, or longer than 256 characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // 4 bytes a character bound the text before the work of normalizing it
        if text.is_empty() {
            return Err(Invalid::new("must not be empty"));
        }
        if text.len() > MAX * 4 || text.chars().count() > MAX {
            return Err(Invalid::because(format!(
                "must be at most {MAX} characters"
            )));
        }
        Ok(Self(Zeroizing::new(text.nfkc().collect())))
    }

    /// The normalized text, for the hasher.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordInput(redacted)")
    }
}

/// A password that may be set: it keeps the rule of contract 5.
pub struct NewPassword(PasswordInput);

impl NewPassword {
    /// Checks the rule: 12 to 256 characters with an upper case letter, a lower case letter, a
    /// digit and another character; not a common password, not the e-mail address.
    ///
    /// # Errors
    /// The first part of the rule that is broken.
    pub fn parse(text: &str, email: &Email) -> Result<Self, Invalid> {
        let input = PasswordInput::parse(text)?;
        check_rule(input.expose(), email)?;
        Ok(Self(input))
    }

    /// The normalized text, for the hasher.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(redacted)")
    }
}

fn check_rule(text: &str, email: &Email) -> Result<(), Invalid> {
    if text.chars().count() < MIN {
        return Err(Invalid::because(format!(
            "must be at least {MIN} characters"
        )));
    }
    let has = |test: fn(char) -> bool| text.chars().any(test);
    if !(has(char::is_uppercase)
        && has(char::is_lowercase)
        && has(char::is_numeric)
        && has(|c| !c.is_alphanumeric()))
    {
        return Err(Invalid::new(
            "must have an upper case letter, a lower case letter, a digit and another character",
        ));
    }
    let lower = Zeroizing::new(text.to_lowercase());
    if lower.contains(email.as_str()) || lower.as_str() == email.local_part() {
        return Err(Invalid::new("must not be your e-mail address"));
    }
    if is_common(&lower) {
        return Err(Invalid::new("is too common"));
    }
    Ok(())
}

/// The stems that lead every published list of leaked passwords; what decorates a stem (digits,
/// years, punctuation, `0` for `o`) is what guessing programs try first.
const COMMON_STEMS: &[&str] = &[
    "password",
    "passwort",
    "welcome",
    "qwerty",
    "qwertyuiop",
    "letmein",
    "admin",
    "administrator",
    "changeme",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "master",
    "superman",
    "batman",
    "trustno",
    "secret",
    "mysecret",
    "login",
    "abc",
    "abcdef",
    "summer",
    "winter",
    "spring",
    "autumn",
    "company",
    "default",
    "test",
    "testing",
    "guest",
    "user",
    "root",
    "toor",
    "hello",
    "helloworld",
    "passw",
    "mypassword",
    "thepassword",
    "p",
];

fn is_common(lower: &str) -> bool {
    let stem = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let undisguised = Zeroizing::new(stem.chars().map(undisguise).collect::<String>());
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .collect::<String>()
    };
    [stem, undisguised.as_str()]
        .into_iter()
        .map(|text| Zeroizing::new(letters(text)))
        .any(|text| COMMON_STEMS.contains(&text.as_str()))
}

const fn undisguise(c: char) -> char {
    match c {
        '0' => 'o',
        '@' | '4' => 'a',
        '3' => 'e',
        '$' | '5' => 's',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Result<(), String> {
        let email = Email::parse("ada.lovelace@example.test").unwrap();
        NewPassword::parse(text, &email)
            .map(|_| ())
            .map_err(|e| e.reason().to_owned())
    }

    #[test]
    fn auth_05_the_rule() {
        assert!(verdict("Correct-Horse-9").is_ok());
        assert!(verdict("with spaces 1A 🎉").is_ok());
        for (bad, why) in [
            ("Sh0rt-pass!", "at least 12"),
            ("Password123!", "common"),
            ("P@ssw0rd12345!", "common"),
            ("Welcome2026!!", "common"),
            ("Ada.Lovelace@example.test1", "e-mail"),
            ("all-lower-case-9", "upper"),
            ("NoDigitsHere-Aa", "digit"),
        ] {
            let reason = verdict(bad).unwrap_err();
            assert!(reason.contains(why), "{bad}: {reason}");
        }
        assert!(
            verdict(&"Aa1-".repeat(65))
                .unwrap_err()
                .contains("at most 256")
        );
    }

    #[test]
    fn auth_05_composed_and_decomposed_are_one() {
        let composed = PasswordInput::parse("caf\u{e9}").unwrap();
        let decomposed = PasswordInput::parse("cafe\u{301}").unwrap();
        assert_eq!(composed.expose(), decomposed.expose());
        assert_eq!(format!("{composed:?}"), "PasswordInput(redacted)");
    }
}
