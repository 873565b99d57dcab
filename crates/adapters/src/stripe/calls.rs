//! The calls to Stripe's API.

use super::settings::UnusableStripe;
use crate::outbound::{Remote, UnusableUrl};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request};
use oneclaw_services::{PaymentError, SecretText};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::time::Duration;

/// How long a call may take, from looking the name up to the last byte.
const PATIENCE: Duration = Duration::from_secs(15);
/// The version of the API that the calls are written for.
const VERSION: &str = "2024-06-20";
/// Characters of the address of a page.
const MAX_URL: usize = 4096;

/// Who calls.
pub(super) struct Calls {
    remote: Remote,
    /// Where the API is, as a path: mostly nothing.
    base: String,
    authorization: HeaderValue,
}

/// A form, field by field.
pub(super) type Form<'a> = &'a [(&'a str, &'a str)];

impl Calls {
    /// With this key. Connects to nothing.
    pub(super) fn new(api_url: &str, key: &SecretText) -> Result<Self, UnusableStripe> {
        let remote = Remote::new(api_url).map_err(|unusable| match unusable {
            UnusableUrl::Url => UnusableStripe::ApiUrl,
            UnusableUrl::Tls => UnusableStripe::Tls,
        })?;
        let base = remote.target().trim_end_matches('/').to_owned();
        let is_plain = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic());
        if !is_plain(key.expose()) {
            return Err(UnusableStripe::SecretKey);
        }
        let authorization = HeaderValue::try_from(format!("Bearer {}", key.expose()));
        let mut authorization = authorization.map_err(|_| UnusableStripe::SecretKey)?;
        authorization.set_sensitive(true);
        Ok(Self {
            remote,
            base,
            authorization,
        })
    }

    /// Posts a form to `path`; with `once`, Stripe does it once for all calls of that name within a
    /// day. Gives the member `wanted` of the answer.
    pub(super) async fn post(
        &self,
        path: &str,
        form: Form<'_>,
        once: Option<&str>,
        wanted: &str,
    ) -> Result<String, PaymentError> {
        let request = self.request(path, form, once);
        let request = request.ok_or_else(|| unavailable("the request cannot be written"))?;
        let answer = tokio::time::timeout(PATIENCE, self.remote.ask(request)).await;
        let answer = answer
            .map_err(|_| unavailable("it takes longer than 15 seconds"))?
            .map_err(|error| unavailable(&error.to_string()))?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !answer.status.is_success() {
            let status = answer.status.as_u16();
            let code = word(&body, "/error/code").or_else(|| word(&body, "/error/type"));
            let code = code.unwrap_or("no reason");
            return Err(unavailable(&format!("it answered {status}: {code}")));
        }
        let found = body.get(wanted).and_then(Value::as_str);
        let plain = |text: &&str| {
            (1..=MAX_URL).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let found = found.filter(plain).map(str::to_owned);
        found.ok_or_else(|| unavailable("its answer cannot be read"))
    }

    fn request(
        &self,
        path: &str,
        form: Form<'_>,
        once: Option<&str>,
    ) -> Option<Request<Full<Bytes>>> {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("stripe-version", VERSION);
        if let Some(name) = once {
            request = request.header("idempotency-key", name);
        }
        request.body(Full::new(Bytes::from(body))).ok()
    }
}

/// One of Stripe's own words: what is longer could repeat what was sent.
fn word<'a>(body: &'a Value, pointer: &str) -> Option<&'a str> {
    let text = body.pointer(pointer)?.as_str()?;
    let is_word = text.len() <= 64 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_word.then_some(text)
}

fn unavailable(why: &str) -> PaymentError {
    PaymentError::Unavailable(why.to_owned())
}
