//! The URL's query, strictly.

use super::percent;
use actix_web::HttpRequest;
use oneclaw_domain::{Invalid, PageSize, PathPrefix};
use oneclaw_services::{FieldError, ListRequest, Refusal};

/// Most parameters that a query may have; more are not looked at (abuse case IN-10).
const MAX_PARAMETERS: usize = 999;

/// The parameters that an endpoint knows; others are ignored (contract 1.2).
#[derive(Debug)]
pub struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads the parameters named `known`.
    ///
    /// # Errors
    /// One of them given twice or not decodable, or 1,000 parameters of any name.
    pub fn of(request: &HttpRequest, known: &[&'static str]) -> Result<Self, Refusal> {
        Self::parse(request.query_string(), known)
    }

    fn parse(query: &str, known: &[&'static str]) -> Result<Self, Refusal> {
        if query.split('&').count() > MAX_PARAMETERS {
            return Err(Refusal::field(
                "query",
                &Invalid::new("has too many parameters"),
            ));
        }
        let mut found: Vec<(&'static str, String)> = Vec::new();
        let mut errors = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = decode(name) else { continue };
            let Some(name) = known.iter().find(|known| **known == name) else {
                continue;
            };
            if found.iter().any(|(seen, _)| seen == name) {
                errors.push(FieldError::new(*name, &Invalid::new("is given twice")));
            }
            match decode(value) {
                Some(value) => found.push((name, value)),
                None => errors.push(FieldError::new(*name, &Invalid::new("is not valid UTF-8"))),
            }
        }
        if errors.is_empty() {
            Ok(Self(found))
        } else {
            Err(Refusal::Invalid(errors))
        }
    }

    /// The text of a parameter, if it was given.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(seen, _)| *seen == name)
            .map(|(_, value)| value.as_str())
    }

    /// `limit` and `cursor`.
    ///
    /// # Errors
    /// A limit that is no whole number from 1 to 1000.
    pub fn list_request(&self) -> Result<ListRequest, Refusal> {
        let limit = self.get("limit").map(page_size).transpose();
        let limit = limit.map_err(|invalid| Refusal::field("limit", &invalid))?;
        Ok(ListRequest {
            limit,
            cursor: self.get("cursor").map(str::to_owned),
        })
    }

    /// `offset`: rows to leave out; without it, none.
    ///
    /// # Errors
    /// What is no whole number from 0.
    pub fn offset(&self) -> Result<i64, Refusal> {
        let Some(text) = self.get("offset") else {
            return Ok(0);
        };
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let offset = digits.then(|| text.parse().ok()).flatten();
        let refused = || Refusal::field("offset", &Invalid::new("must be a whole number from 0"));
        offset.ok_or_else(refused)
    }

    /// A parameter that is `true` or `false`; without it, `false`.
    ///
    /// # Errors
    /// Any other word.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::field(name, &Invalid::new("must be true or false"))),
        }
    }

    /// `prefix`; without it, every path.
    ///
    /// # Errors
    /// What cannot be the beginning of a path.
    pub fn prefix(&self) -> Result<PathPrefix, Refusal> {
        PathPrefix::parse(self.get("prefix").unwrap_or_default())
            .map_err(|invalid| Refusal::field("prefix", &invalid))
    }
}

/// Plain digits only: no sign, no fraction, no blanks. What is too large for a number is too large.
fn page_size(text: &str) -> Result<PageSize, Invalid> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    PageSize::new(if digits {
        text.parse().unwrap_or(i64::MAX)
    } else {
        0
    })
}

/// A form's encoding: `+` is a blank (WHATWG URL, 5.1).
fn decode(text: &str) -> Option<String> {
    percent::decode(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(result: Result<impl std::fmt::Debug, Refusal>) -> Vec<String> {
        match result.unwrap_err() {
            Refusal::Invalid(fields) => fields.into_iter().map(|f| f.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn in_10_twice_is_refused_and_unknown_is_ignored() {
        let known = ["limit", "cursor"];
        assert_eq!(fields(Query::parse("limit=1&limit=9", &known)), ["limit"]);
        assert_eq!(fields(Query::parse("limit=1&%6cimit=9", &known)), ["limit"]);
        assert_eq!(fields(Query::parse("cursor=%ff", &known)), ["cursor"]);
        let many = "x=1&".repeat(1000);
        assert_eq!(fields(Query::parse(&many, &known)), ["query"]);
        let query = Query::parse("x=1&x=2&limit=7&&=&%ff=1", &known).unwrap();
        assert_eq!(query.get("limit"), Some("7"));
        assert_eq!(query.get("cursor"), None);
    }

    #[test]
    fn in_03_limits_are_never_clamped() {
        for bad in [
            "0",
            "-1",
            "1.5",
            "+1",
            "1e2",
            "",
            " 1",
            "1001",
            "1000000",
            "99999999999999999999",
        ] {
            let query = Query(vec![("limit", bad.to_owned())]);
            assert_eq!(fields(query.list_request()), ["limit"], "{bad:?}");
        }
        let query = Query::parse("limit=1000&cursor=a%2Bb", &["limit", "cursor"]).unwrap();
        let list = query.list_request().unwrap();
        assert_eq!(list.limit, Some(PageSize::MAX));
        assert_eq!(list.cursor.as_deref(), Some("a+b"));
    }
}
