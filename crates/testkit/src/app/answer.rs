//! What the server said, and what a test expects of it.

use serde_json::Value;

/// What the server said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: no JSON ({error}): {}", self.asked, self.text()))
    }

    /// One member of the body, `null` where there is none.
    pub fn get(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or_default()
    }

    /// One member of the body as text.
    ///
    /// # Panics
    /// It is no string.
    pub fn str(&self, pointer: &str) -> String {
        match self.get(pointer) {
            Value::String(text) => text,
            other => panic!("{}: {pointer} is {other}: {}", self.asked, self.text()),
        }
    }

    /// The value of a header, where it was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(seen, _)| seen.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Expects a status.
    ///
    /// # Panics
    /// It is another.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "to expect it may be all that a test wants"
    )]
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }

    /// Expects a problem (RFC 7807) with this status, well-formed and naming its request.
    ///
    /// # Panics
    /// It is something else.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "to expect it may be all that a test wants"
    )]
    #[track_caller]
    pub fn is_problem(self, status: u16) -> Self {
        let answer = self.is(status);
        let content_type = answer.header("content-type").unwrap_or_default();
        assert!(
            content_type.starts_with("application/problem+json"),
            "{}: {content_type}",
            answer.asked
        );
        let body = answer.json();
        assert_eq!(answer.get("/status"), status, "{}: {body}", answer.asked);
        for member in ["type", "title", "detail"] {
            assert!(
                body.get(member).is_some_and(Value::is_string),
                "{}: no {member}: {body}",
                answer.asked
            );
        }
        let id = answer.header("x-request-id").map(str::to_owned);
        assert_eq!(
            answer.get("/request_id").as_str().map(str::to_owned),
            id,
            "{}: {body}",
            answer.asked
        );
        answer
    }

    /// Expects a 400 that names this field.
    ///
    /// # Panics
    /// It is something else.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "to expect it may be all that a test wants"
    )]
    #[track_caller]
    pub fn is_invalid(self, field: &str) -> Self {
        let answer = self.is_problem(400);
        let fields = answer.get("/fields");
        assert!(
            fields.get(field).is_some(),
            "{}: {field} is not in {fields}",
            answer.asked
        );
        answer
    }
}
