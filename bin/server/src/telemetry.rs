//! Log lines to standard error, traces to a collector, and panics as log lines.

use std::any::Any;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::configuration::{LogFilter, LogFormat, Watching};

/// What has to be flushed before the process ends.
pub(crate) struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TelemetryError {
    #[error("otlp_endpoint cannot be used: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    #[error("log lines are set up already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

impl Telemetry {
    /// Sends log lines to standard error from here on, and traces if a collector is named. `usual` is what is
    /// logged unless something else was asked for.
    ///
    /// # Errors
    /// The collector's client cannot be made.
    pub(crate) fn start(watching: &Watching, usual: &LogFilter) -> Result<Self, TelemetryError> {
        let filter = watching.log_level.as_ref().unwrap_or(usual).to_filter();
        let human = match watching.log_format {
            LogFormat::Auto => std::io::stderr().is_terminal(),
            LogFormat::Human => true,
            LogFormat::Json => false,
        };
        let lines = fmt::layer().with_writer(std::io::stderr);
        let lines = if human {
            lines.with_ansi(std::io::stderr().is_terminal()).boxed()
        } else {
            lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .boxed()
        };
        let traces = watching.otlp_endpoint.as_deref().map(tracer).transpose()?;
        // Only our own spans: those of the HTTP client that sends them would make more of themselves.
        let spans = traces.as_ref().map(|provider| {
            tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("oneclaw"))
                .with_filter(filter_fn(|metadata| {
                    metadata.target().starts_with("oneclaw")
                }))
        });
        // Trace context alone: a caller's baggage is neither kept nor passed on.
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        tracing_subscriber::registry()
            .with(spans)
            .with(lines.with_filter(filter))
            .try_init()?;
        std::panic::set_hook(Box::new(log_panic));
        Ok(Self { traces })
    }

    /// Sends what is still waiting. Blocks for at most as long as the exporter's timeout.
    pub(crate) fn stop(self) {
        if let Some(Err(error)) = self.traces.map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "could not send the last traces");
        }
    }
}

fn tracer(endpoint: &str) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .build()?;
    let resource = Resource::builder()
        .with_service_name("oneclaw")
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            env!("CARGO_PKG_VERSION"),
        ))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let place = place.as_deref().unwrap_or("unknown");
    let backtrace = std::backtrace::Backtrace::capture();
    let text = harmless_text(panic.payload());
    tracing::error!(target: "oneclaw", place, %backtrace, "panicked: {text}");
}

/// A panic's text is logged only when it was written in the source: one that was put together at run time may
/// quote a value (`byte index 3 is not a char boundary; it is inside ...`).
fn harmless_text(payload: &(dyn Any + Send)) -> &'static str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("(text left out, it may quote a value)")
}

#[cfg(test)]
mod tests {
    use super::harmless_text;

    #[test]
    fn cry_08_a_panic_that_quotes_a_value_is_logged_without_it() {
        let quoting = std::panic::catch_unwind(|| {
            let value = "hunter\u{e4}".to_owned();
            assert!(value.is_empty(), "{}", &value[..7]);
        });
        assert_eq!(
            harmless_text(&*quoting.unwrap_err()),
            "(text left out, it may quote a value)"
        );
        let written = std::panic::catch_unwind(|| panic!("written in the source"));
        assert_eq!(
            harmless_text(&*written.unwrap_err()),
            "written in the source"
        );
    }
}
