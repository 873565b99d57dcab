//! How much of a list by numbers is wanted.

use crate::extract::Query;
use oneclaw_domain::{Invalid, PageSize};
use oneclaw_services::{FieldError, Refusal};

/// Rows of a list where `limit` is not given (contract 16.4).
const DEFAULT: i64 = 50;
/// Most rows of a list (contract 16.4).
const MOST: i64 = 200;

/// `limit`, 1 to 200.
pub(super) fn size(query: &Query) -> Result<PageSize, FieldError> {
    const REFUSED: Invalid = Invalid::new("must be a whole number from 1 to 200");
    let size = query.get("limit").map_or(Ok(DEFAULT), whole);
    let size = size.ok().filter(|size| (1..=MOST).contains(size));
    size.and_then(|size| PageSize::new(size).ok())
        .ok_or_else(|| FieldError::new("limit", &REFUSED))
}

/// `page` from 1, or `offset` from 0: rows that are left out. What is beyond all rows is empty, however
/// far beyond.
pub(super) fn skip(query: &Query, size: PageSize) -> Result<i64, FieldError> {
    let (page, offset) = (query.get("page"), query.get("offset"));
    let refused = |field, reason| Err(FieldError::new(field, &Invalid::new(reason)));
    let rows = i64::try_from(size.get()).unwrap_or(i64::MAX);
    match (page.map(whole), offset.map(whole)) {
        (Some(_), Some(_)) => refused("offset", "cannot be given beside page"),
        (None, None) => Ok(0),
        (Some(Ok(page)), None) if page >= 1 => Ok((page - 1).saturating_mul(rows)),
        (Some(_), None) => refused("page", "must be a whole number from 1"),
        (None, Some(Ok(offset))) => Ok(offset),
        (None, Some(Err(()))) => refused("offset", "must be a whole number from 0"),
    }
}

/// One refusal that names all that is wrong.
pub(super) fn both<A, B>(
    one: Result<A, FieldError>,
    other: Result<B, FieldError>,
) -> Result<(A, B), Refusal> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (one, other) => Err(Refusal::Invalid(
            one.err().into_iter().chain(other.err()).collect(),
        )),
    }
}

/// Plain digits that fit: no sign, no fraction, no blanks.
fn whole(text: &str) -> Result<i64, ()> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or(())
}
