//! `oneclaw audit export`: a log, to standard output.

use std::io::{Write, stdout};

use oneclaw_domain::Chain;
use oneclaw_services::{AuditAdmin, EventFilter, ExportAuditCommand, ExportFormat, Refusal};

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::Parts;

/// Writes all events of a chain, as JSON lines that `oneclaw audit verify` can check. The log says that it was taken,
/// and by which user of this machine.
///
/// # Errors
/// There is no such organization; the store cannot be used, or the output not be written.
pub(crate) async fn run(configuration: Configuration, chain: Chain) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let admin = AuditAdmin::new(parts.seams(), os_user());
    let command = ExportAuditCommand {
        filter: EventFilter::default(),
        format: ExportFormat::JsonLines,
    };
    let mut export = admin.export(chain, command).await?;
    let mut out = stdout().lock();
    let broken_off = |error: Refusal| Failure::Refused(format!("the export broke off: {error}"));
    while let Some(piece) = export.piece().await.map_err(broken_off)? {
        out.write_all(&piece)
            .map_err(|error| Failure::System("write the export", error))?;
    }
    out.flush()
        .map_err(|error| Failure::System("write the export", error))?;
    parts.store.close().await;
    Ok(())
}
