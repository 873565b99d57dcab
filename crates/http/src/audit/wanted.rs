//! Which events are wanted: the query, parsed.

use crate::extract::{Fields, Query};
use actix_web::HttpRequest;
use oneclaw_domain::{AgentId, Invalid, PageSize, Timestamp, VaultId};
use oneclaw_services::{EventFilter, ListEventsCommand, Refusal, Stretch};

/// The filters.
pub(super) const FILTERS: [&str; 7] = [
    "action",
    "actor_id",
    "resource_id",
    "resource_type",
    "vault_id",
    "from",
    "to",
];
/// Events of a page without a limit (contract 17).
const PAGE: i64 = 100;
/// Events that are verified without a limit, and at most (contract 17).
const VERIFIED: (i64, i64) = (1000, 10_000);
/// Longest name of an action or of a kind of resource.
const MAX_WORD: usize = 64;
/// Longest id of a resource: a path.
const MAX_RESOURCE: usize = 512;

/// Reads what both lists take.
pub(super) fn list(request: &HttpRequest) -> Result<ListEventsCommand, Refusal> {
    let mut known = FILTERS.to_vec();
    known.extend(["limit", "offset", "cursor"]);
    let query = Query::of(request, &known)?;
    let mut fields = Fields::new();
    let filter = filter(&query, &mut fields);
    let limit = number(query.get("limit"), PAGE).and_then(PageSize::new);
    let limit = fields.check("limit", limit);
    let offset = query.get("offset");
    let cursor = query.get("cursor").map(str::to_owned);
    let offset = if offset.is_some() && cursor.is_some() {
        Err(Invalid::new("goes without cursor"))
    } else {
        number(offset, 0)
    };
    let offset = fields.check("offset", offset);
    fields.finish(|| {
        Some(ListEventsCommand {
            filter: filter?,
            limit: limit?,
            offset: offset?,
            cursor,
        })
    })
}

/// Reads what an export takes beside its form.
pub(super) fn filter(query: &Query, fields: &mut Fields) -> Option<EventFilter> {
    let mut text = |name, parse: fn(&str) -> Result<String, Invalid>| {
        let parsed = query.get(name).map(parse).transpose();
        fields.check(name, parsed)
    };
    let action = text("action", word);
    let actor = text("actor_id", actor);
    let resource = text("resource_id", resource);
    let resource_type = text("resource_type", word);
    let vault = query.get("vault_id").map(VaultId::parse).transpose();
    let vault = fields.check("vault_id", vault);
    let times = times(query, fields);
    let (from, to) = times?;
    Some(EventFilter {
        action: action?,
        actor: actor?,
        resource: resource?,
        resource_type: resource_type?,
        vault: vault?,
        from,
        to,
    })
}

/// Reads what a verification takes.
pub(super) fn stretch(request: &HttpRequest) -> Result<Stretch, Refusal> {
    let query = Query::of(request, &["from", "to", "limit"])?;
    let mut fields = Fields::new();
    let times = times(&query, &mut fields);
    let (default, most) = VERIFIED;
    let limit = number(query.get("limit"), default).and_then(|limit| match limit {
        1.. if limit <= most => Ok(limit),
        _ => Err(Invalid::new("must be a whole number from 1 to 10000")),
    });
    let limit = fields.check("limit", limit);
    fields.finish(|| {
        let (from, to) = times?;
        Some(Stretch {
            from,
            to,
            newest: Some(limit?),
        })
    })
}

type Times = (Option<Timestamp>, Option<Timestamp>);

fn times(query: &Query, fields: &mut Fields) -> Option<Times> {
    let mut time = |name| {
        let parsed = query.get(name).map(Timestamp::parse).transpose();
        fields.check(name, parsed)
    };
    let (from, to) = (time("from"), time("to"));
    let (from, to) = (from?, to?);
    let is_backwards = from.zip(to).is_some_and(|(from, to)| from > to);
    let times = if is_backwards {
        Err(Invalid::new("must not be before from"))
    } else {
        Ok((from, to))
    };
    fields.check("to", times)
}

/// Plain digits only: no sign, no fraction, no blanks.
fn number(text: Option<&str>, default: i64) -> Result<i64, Invalid> {
    let Some(text) = text else {
        return Ok(default);
    };
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.ok_or(Invalid::new("must be a whole number, and not too large"))
}

fn word(text: &str) -> Result<String, Invalid> {
    let is_word = (1..=MAX_WORD).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.'));
    if is_word {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(
            "must be 1 to 64 lower-case letters, digits, dots and underscores",
        ))
    }
}

/// An id of any principal has one form.
fn actor(text: &str) -> Result<String, Invalid> {
    match text {
        "anonymous" | "system" => Ok(text.to_owned()),
        _ => AgentId::parse(text).map(|id| id.to_string()),
    }
}

fn resource(text: &str) -> Result<String, Invalid> {
    if let Ok(id) = VaultId::parse(text) {
        return Ok(id.to_string());
    }
    if (1..=MAX_RESOURCE).contains(&text.len()) && text.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(
            "must be an id or a path of at most 512 characters",
        ))
    }
}
