//! One layer around everything.

use super::cors::{Sharing, is_preflight};
use super::request_id::{X_REQUEST_ID, request_id};
use super::{admission, headers, maintenance, quota, trace_context};
use crate::app::Core;
use crate::endpoint::Matched;
use crate::extract::{RequestInfo, client_address};
use crate::metrics::{self, Answered};
use crate::problem::Problem;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::error::InternalError;
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpMessage, HttpResponse};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

/// The outermost layer. Gives each request its id, its span and its place in the metrics; turns
/// away what is too large or too much; answers preflights; writes every problem; survives panics.
#[derive(Clone)]
pub(crate) struct Layer(pub(crate) Arc<Core>);

/// [`Layer`], around an application.
pub(crate) struct LayerService<S> {
    core: Arc<Core>,
    inner: Rc<S>,
}

impl<S, B> Transform<S, ServiceRequest> for Layer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = LayerService<S>;
    type InitError = ();
    type Future = Ready<Result<LayerService<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(LayerService {
            core: Arc::clone(&self.0),
            inner: Rc::new(inner),
        }))
    }
}

impl<S, B> Service<ServiceRequest> for LayerService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let exchange = Exchange::begin(&self.core, &request);
        let inner = Rc::clone(&self.inner);
        let span = exchange.span.clone();
        Box::pin(async move { exchange.run(inner, request).await }.instrument(span))
    }
}

/// One request and its answer.
struct Exchange {
    core: Arc<Core>,
    info: RequestInfo,
    method: &'static str,
    sharing: Sharing,
    span: Span,
    started: Instant,
}

/// A handler broke off.
#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
struct Panicked;

impl Exchange {
    fn begin(core: &Arc<Core>, request: &ServiceRequest) -> Self {
        let started = Instant::now();
        let id = request_id(request.headers(), core.ids.as_ref());
        let method = metrics::method_label(request.method());
        let span = tracing::info_span!(
            "request", request_id = %id, method, endpoint = Empty, status = Empty, latency_us = Empty
        );
        trace_context::adopt(&span, request.headers());
        let sharing = Sharing::of(request.uri().path(), request.headers(), &core.origins);
        let info = RequestInfo {
            id,
            client: client(core, request),
            meter: None,
        };
        Self {
            core: Arc::clone(core),
            info,
            method,
            sharing,
            span,
            started,
        }
    }

    async fn run<S, B>(
        self,
        inner: Rc<S>,
        request: ServiceRequest,
    ) -> Result<ServiceResponse<BoxBody>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        let core = &self.core;
        let guard = core.rate_guard.as_ref();
        if let Err(turned) = admission::admit(&request, self.info.client, &core.settings, guard) {
            let (request, _) = request.into_parts();
            let problem = turned.settle(&request, &self.info).await;
            let answer = HttpResponse::from_error(problem);
            return Ok(self.finish(ServiceResponse::new(request, answer)));
        }
        if is_preflight(request.method(), request.headers()) {
            let mut answer = HttpResponse::NoContent().finish();
            self.sharing.apply_preflight(answer.headers_mut());
            return Ok(self.finish(request.into_response(answer)));
        }
        if maintenance::closes(&request).await {
            let (request, _) = request.into_parts();
            let answer = HttpResponse::from_error(Problem::maintenance());
            return Ok(self.finish(ServiceResponse::new(request, answer)));
        }
        request.extensions_mut().insert(self.info.clone());
        let handled = async move { inner.call(request).await };
        let error = match AssertUnwindSafe(handled).catch_unwind().await {
            Ok(Ok(answer)) => return Ok(self.finish(answer.map_into_boxed_body())),
            Ok(Err(error)) => error,
            Err(_) => Problem::internal(Panicked).into(),
        };
        // the request is gone, so the answer travels inside an error
        let answer = self.answer(HttpResponse::from_error(error), None);
        Err(InternalError::from_response(Panicked, answer).into())
    }

    fn finish(&self, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let (request, answer) = answer.into_parts();
        let endpoint = Matched::of(&request).map(|endpoint| endpoint.id);
        let mut answer = self.answer(answer, endpoint);
        quota::apply(&request, &mut answer);
        ServiceResponse::new(request, answer)
    }

    /// The answer as it leaves: problems written, headers added, counted and logged.
    fn answer(&self, answer: HttpResponse, endpoint: Option<&'static str>) -> HttpResponse {
        let mut answer = self.write_problem(answer);
        headers::apply(answer.headers_mut());
        self.sharing.apply(answer.headers_mut());
        if let Ok(id) = HeaderValue::from_str(&self.info.id) {
            answer.headers_mut().insert(X_REQUEST_ID, id);
        }
        let answered = Answered {
            endpoint: endpoint.unwrap_or(metrics::UNMATCHED),
            method: self.method,
            status: answer.status().as_u16(),
            elapsed: self.started.elapsed(),
        };
        self.core.metrics.count(&answered);
        self.report(&answered);
        answer
    }

    /// Every error is one of our problems in the end, the framework's own too.
    fn write_problem(&self, answer: HttpResponse) -> HttpResponse {
        let status = answer.status();
        if !status.is_client_error() && !status.is_server_error() {
            return answer;
        }
        let ours = answer.error().and_then(|error| error.as_error::<Problem>());
        let of_the_framework = ours.is_none().then(|| Problem::of_status(status));
        let Some(problem) = ours.or(of_the_framework.as_ref()) else {
            return answer;
        };
        problem.log();
        problem.response(Some(&self.info.id))
    }

    fn report(&self, answered: &Answered) {
        let latency = u64::try_from(answered.elapsed.as_micros()).unwrap_or(u64::MAX);
        self.span.record("endpoint", answered.endpoint);
        self.span.record("status", answered.status);
        self.span.record("latency_us", latency);
        tracing::info!("answered");
    }
}

fn client(core: &Core, request: &ServiceRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let forwarded: Vec<_> = request
        .headers()
        .get_all(crate::extract::FORWARDED_FOR)
        .map(HeaderValue::as_bytes)
        .collect();
    Some(client_address(
        peer,
        &core.settings.trusted_proxies,
        forwarded.into_iter(),
    ))
}
