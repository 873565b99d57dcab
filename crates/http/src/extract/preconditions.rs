//! `If-Match` and `If-None-Match` (RFC 9110 13.1). An entity tag is a version's number in quotes.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, IF_MATCH, IF_NONE_MATCH};
use oneclaw_domain::{Invalid, VersionNumber};
use oneclaw_services::Refusal;

/// Most tags that a header may list.
const MAX_TAGS: usize = 32;

/// What a conditional header lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntityTags {
    /// `*`: whatever is there.
    Any,
    /// These versions. A well-formed tag that is none of ours is left out: it matches nothing, and
    /// the list may be empty.
    Versions(Vec<VersionNumber>),
}

/// What a request expects of the current version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preconditions {
    /// It is one of these.
    pub if_match: Option<EntityTags>,
    /// It is none of these; `*` = there is none.
    pub if_none_match: Option<EntityTags>,
}

impl Preconditions {
    /// Reads both headers.
    ///
    /// # Errors
    /// Neither `*` nor a list of quoted tags. Weak tags never match strongly, and count as strangers.
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        let headers = request.headers();
        let refused = |field| move || Refusal::field(field, &REFUSED);
        Ok(Self {
            if_match: tags(headers, &IF_MATCH).map_err(|()| refused("If-Match")())?,
            if_none_match: tags(headers, &IF_NONE_MATCH)
                .map_err(|()| refused("If-None-Match")())?,
        })
    }
}

const REFUSED: Invalid = Invalid::new("must be `*` or a list of quoted entity tags");

fn tags(
    headers: &HeaderMap,
    name: &actix_web::http::header::HeaderName,
) -> Result<Option<EntityTags>, ()> {
    let values: Vec<_> = headers.get_all(name).collect();
    if values.is_empty() {
        return Ok(None);
    }
    let lines: Vec<_> = values
        .iter()
        .map(|v| v.to_str())
        .collect::<Result<_, _>>()
        .map_err(drop)?;
    let list = lines.join(",");
    if list.trim() == "*" {
        return Ok(Some(EntityTags::Any));
    }
    let mut versions = Vec::new();
    for (count, tag) in list.split(',').enumerate() {
        let tag = tag.trim();
        let opaque = tag.strip_prefix("W/").unwrap_or(tag);
        let opaque = opaque
            .strip_prefix('"')
            .and_then(|t| t.strip_suffix('"'))
            .ok_or(())?;
        if opaque.contains('"') || count >= MAX_TAGS {
            return Err(());
        }
        if !tag.starts_with('W') {
            versions.extend(VersionNumber::parse(opaque));
        }
    }
    Ok(Some(EntityTags::Versions(versions)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(value: &str) -> Result<Option<EntityTags>, Refusal> {
        let request = TestRequest::default()
            .insert_header((IF_MATCH, value))
            .to_http_request();
        Preconditions::of(&request).map(|p| p.if_match)
    }

    #[test]
    fn tags_are_versions() {
        let versions = |numbers: &[i64]| {
            let numbers = numbers.iter().map(|n| VersionNumber::stored(*n)).collect();
            Some(EntityTags::Versions(numbers))
        };
        assert_eq!(read("*").unwrap(), Some(EntityTags::Any));
        assert_eq!(read("\"3\"").unwrap(), versions(&[3]));
        assert_eq!(
            read("\"3\", W/\"4\" ,\"x\",\"5\"").unwrap(),
            versions(&[3, 5])
        );
        assert_eq!(read("\"03\"").unwrap(), versions(&[]));
    }

    #[test]
    fn malformed_is_refused() {
        for bad in [
            "", "3", "\"3", "3\"", "\"", "*,\"3\"", "\"3\",", "\"a\"b\"", "w/\"3\"",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        assert!(read(&vec!["\"1\""; 33].join(",")).is_err());
    }
}
