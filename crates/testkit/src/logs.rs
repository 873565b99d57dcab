//! Everything that the process logs, so that a test can look for what must not be there.

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

static CAPTURED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static INSTALLED: OnceLock<()> = OnceLock::new();

/// Starts to capture, once per process, at debug level for our crates.
pub(crate) fn capture() {
    INSTALLED.get_or_init(|| {
        let filter = tracing_subscriber::EnvFilter::new(
            "info,oneclaw_http=debug,oneclaw_services=debug,oneclaw_storage_diesel=debug,oneclaw_crypto=debug",
        );
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(Capture)
            .finish();
        // another subscriber that a test installed first captures nothing here, and is its own affair
        let _already_set = tracing::subscriber::set_global_default(subscriber);
    });
}

/// How much was captured so far.
pub(crate) fn mark() -> usize {
    CAPTURED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .len()
}

/// What was captured since a mark. Tests run at once: it holds the lines of others, too.
pub(crate) fn since(mark: usize) -> String {
    let captured = CAPTURED.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(captured.get(mark..).unwrap_or_default()).into_owned()
}

struct Capture;

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        CAPTURED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
