//! How the caller's organization stands with its quota, told with every answer to somebody who is
//! known (contract 1.6).

use crate::extract::RequestInfo;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use oneclaw_domain::Quota;
use oneclaw_services::Services;

const USED: HeaderName = HeaderName::from_static("x-ratelimit-requests-used");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-requests-limit");
const PERCENT: HeaderName = HeaderName::from_static("x-ratelimit-requests-percent");
const WARNING: HeaderName = HeaderName::from_static("x-quota-warning");
const BALANCE: HeaderName = HeaderName::from_static("x-credit-balance-cents");
const EXPIRING: HeaderName = HeaderName::from_static("x-credit-expiring-soon");
const METHOD: HeaderName = HeaderName::from_static("x-overage-method");

/// Percent of the month's requests from which on the answer warns (contract 1.6: above 80).
const WARNS_ABOVE: i64 = 80;

/// Tells it, where the caller is known: who gets a 401 is not, whatever they showed.
pub(super) fn apply(request: &HttpRequest, answer: &mut HttpResponse) {
    if answer.status() == StatusCode::UNAUTHORIZED {
        return;
    }
    if let Some(quota) = quota_of(request) {
        write(&quota, answer.headers_mut());
    }
}

fn quota_of(request: &HttpRequest) -> Option<Quota> {
    let org = {
        let extensions = request.extensions();
        let (metered, _) = extensions.get::<RequestInfo>()?.meter.as_ref()?;
        *metered.org.get()?
    };
    request.app_data::<Data<Services>>()?.last_quota(org)
}

fn write(quota: &Quota, headers: &mut HeaderMap) {
    headers.insert(USED, quota.used.into());
    if let Some(limit) = quota.limit.filter(|_| !quota.is_exempt) {
        headers.insert(LIMIT, limit.into());
        headers.insert(PERCENT, percent(quota.used, limit).into());
        if let Some(warning) = warning(quota.used, limit) {
            headers.insert(WARNING, HeaderValue::from_static(warning));
        }
    }
    headers.insert(BALANCE, quota.balance.whole_cents().into());
    let expiring = quota.expiring.whole_cents();
    if expiring > 0 {
        headers.insert(EXPIRING, expiring.into());
    }
    headers.insert(METHOD, HeaderValue::from_static(quota.method.as_str()));
}

/// Rounded down, so that 100 is told when it is spent and not before. Of nothing all is spent.
fn percent(used: i64, limit: i64) -> i64 {
    match i128::from(used)
        .saturating_mul(100)
        .checked_div(limit.into())
    {
        Some(percent) => i64::try_from(percent).unwrap_or(i64::MAX),
        None => 100,
    }
}

fn warning(used: i64, limit: i64) -> Option<&'static str> {
    let above = |percent: i64| {
        i128::from(used).saturating_mul(100) > i128::from(limit).saturating_mul(percent.into())
    };
    if used >= limit {
        Some("exceeded")
    } else {
        above(WARNS_ABOVE).then_some("approaching_limit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bil_04_percents_are_rounded_down_and_warn_above_eighty() {
        for (used, limit, of_it, warns) in [
            (0, 1_000, 0, None),
            (749, 1_000, 74, None),
            (800, 1_000, 80, None),
            (801, 1_000, 80, Some("approaching_limit")),
            (999, 1_000, 99, Some("approaching_limit")),
            (1_000, 1_000, 100, Some("exceeded")),
            (2_500, 1_000, 250, Some("exceeded")),
            (0, 0, 100, Some("exceeded")),
            (i64::MAX, 1, i64::MAX, Some("exceeded")),
            (i64::MAX - 1, i64::MAX, 99, Some("approaching_limit")),
        ] {
            assert_eq!(percent(used, limit), of_it, "{used} of {limit}");
            assert_eq!(warning(used, limit), warns, "{used} of {limit}");
        }
    }
}
