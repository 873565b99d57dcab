//! A request's body, read and bounded, but not yet looked at.

use super::{content_type, structure};
use crate::problem::Problem;
use crate::settings::HttpSettings;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use oneclaw_domain::Invalid;
use oneclaw_services::{FieldError, Refusal};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::marker::PhantomData;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The bytes of a body that will be a `T`.
///
/// Its size is refused while it is read; its type and what it says are looked at by
/// [`Body::required`] or [`Body::optional`], so that a handler can first ask who the caller is
/// (contract 2.4).
pub struct Body<T> {
    bytes: Zeroizing<Vec<u8>>,
    /// Whether it is JSON, or nothing.
    is_plain: bool,
    dto: PhantomData<fn() -> T>,
}

impl<T> Body<T> {
    /// The bytes as they came, whatever they are.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T: DeserializeOwned> Body<T> {
    /// The object in the body.
    ///
    /// # Errors
    /// No body, malformed JSON, or no object.
    pub fn required(self) -> Result<T, Problem> {
        if self.bytes.is_empty() {
            return Err(Refusal::field("body", &Invalid::new("is required")).into());
        }
        self.parse()
    }

    /// The object in the body; without a body, one without fields.
    ///
    /// # Errors
    /// Malformed JSON, or no object.
    pub fn optional(self) -> Result<T, Problem>
    where
        T: Default,
    {
        if self.bytes.is_empty() {
            Ok(T::default())
        } else {
            self.parse()
        }
    }

    fn parse(&self) -> Result<T, Problem> {
        if !self.is_plain {
            return Err(Problem::unsupported_media_type());
        }
        Ok(self.parse_json()?)
    }

    fn parse_json(&self) -> Result<T, Refusal> {
        structure::check(&self.bytes).map_err(|fault| {
            let field = fault.field.unwrap_or_else(|| "body".to_owned());
            Refusal::Invalid(vec![FieldError {
                field,
                reason: fault.reason,
            }])
        })?;
        let mut json = serde_json::Deserializer::from_slice(&self.bytes);
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            // serde's own text can repeat the value, so only the field's name is taken
            let field = match error.path().iter().next() {
                Some(Segment::Map { key }) => key.clone(),
                _ => "body".to_owned(),
            };
            Refusal::field(&field, &Invalid::new("has the wrong type"))
        })
    }
}

impl<T: 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let settings = request
            .app_data::<Arc<HttpSettings>>()
            .cloned()
            .unwrap_or_default();
        let length = content_length(request);
        let is_plain = content_type::is_plain_json(request.headers());
        let payload = payload.take();
        Box::pin(async move {
            if length.is_some_and(|length| length > settings.body_limit) {
                return Err(Problem::payload_too_large(settings.body_limit));
            }
            let reading = read(payload, length.unwrap_or_default(), settings.body_limit);
            let bytes = tokio::time::timeout(settings.body_timeout, reading)
                .await
                .map_err(|_| Problem::request_timeout())??;
            Ok(Self {
                is_plain: is_plain || bytes.is_empty(),
                bytes,
                dto: PhantomData,
            })
        })
    }
}

/// The bytes that are announced; `None` = a length that only reading will tell.
fn content_length(request: &HttpRequest) -> Option<usize> {
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return None;
    }
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length
        .and_then(|length| length.to_str().ok())
        .unwrap_or("0");
    Some(length.parse().unwrap_or(usize::MAX))
}

async fn read(
    mut payload: Payload,
    announced: usize,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // room for all of it at once: a buffer that grows leaves copies behind
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::malformed("The request body could not be read"))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Problem::payload_too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
