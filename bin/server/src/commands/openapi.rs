//! `oneclaw openapi`: the API's document, as the server would serve it.

use std::io::{self, Write};
use std::sync::Arc;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::server;

/// Prints the document.
///
/// # Errors
/// Standard output is closed.
pub(crate) fn run(configuration: &Configuration) -> Result<(), Failure> {
    let plan = Plan::of(configuration, configuration.network.listen);
    let app = server::app(plan.http, Arc::default());
    let mut out = io::stdout().lock();
    out.write_all(app.document())
        .and_then(|()| writeln!(out))
        .and_then(|()| out.flush())
        .map_err(|error| Failure::System("print the document", error))
}
