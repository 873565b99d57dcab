//! What was received.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One message, with the envelope it came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// The reverse path of `MAIL FROM`.
    pub from: String,
    /// The forward paths of `RCPT TO`.
    pub to: Vec<String>,
    /// The message as it was sent, dot-stuffing undone (RFC 5321 4.5.2).
    pub raw: String,
    /// Whether it came over TLS.
    pub over_tls: bool,
}

impl Received {
    /// A message without an envelope, such as a file in a mail folder.
    pub fn of_file(raw: &str) -> Self {
        Self {
            from: String::new(),
            to: Vec::new(),
            raw: raw.to_owned(),
            over_tls: false,
        }
    }

    /// The lines before the first empty one.
    pub fn head(&self) -> &str {
        self.raw.split("\r\n\r\n").next().unwrap_or_default()
    }

    /// The value of a header as it was sent, folded lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.head().replace("\r\n ", " ").replace("\r\n\t", " ");
        head.lines().find_map(|line| {
            let (seen, value) = line.split_once(':')?;
            seen.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }

    /// The plain text part, decoded.
    ///
    /// # Panics
    /// There is none.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The HTML part, decoded.
    ///
    /// # Panics
    /// There is none.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// What stands behind `token=` in the link of the text part.
    ///
    /// # Panics
    /// There is no such link.
    pub fn token(&self) -> String {
        let text = self.text();
        let (_, rest) = text
            .split_once("?token=")
            .unwrap_or_else(|| panic!("no link with a token: {text}"));
        rest.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// The six digits that stand alone on a line of the text part.
    ///
    /// # Panics
    /// There are none.
    pub fn code(&self) -> String {
        let text = self.text();
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        let code = text.lines().map(str::trim).find(is_code);
        code.unwrap_or_else(|| panic!("no code: {text}")).to_owned()
    }

    fn part(&self, kind: &str) -> String {
        let (_, rest) = self
            .raw
            .split_once(&format!("Content-Type: {kind}"))
            .unwrap_or_else(|| panic!("no {kind}: {}", self.raw));
        let (head, body) = rest.split_once("\r\n\r\n").unwrap_or_default();
        assert!(
            head.contains("Content-Transfer-Encoding: base64"),
            "{kind} is not in base64: {head}"
        );
        let encoded: String = body
            .lines()
            .take_while(|line| !line.starts_with("--"))
            .collect();
        let bytes = STANDARD
            .decode(encoded.trim())
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("{kind}: {error}"))
    }
}
