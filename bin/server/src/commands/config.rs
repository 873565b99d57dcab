//! `oneclaw config`: what is in force, and where each value came from.

use std::io::{self, Write};

use crate::configuration::InForce;

/// Prints one line per setting, aligned, in the order of `--help`.
///
/// # Errors
/// Standard output is closed.
pub(crate) fn run(report: &[InForce]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let width = |text: fn(&InForce) -> usize| report.iter().map(text).max().unwrap_or_default();
    let names = width(|line| line.setting.name.len());
    let values = width(|line| line.text.len()).min(60);
    for InForce {
        setting,
        text,
        origin,
    } in report
    {
        writeln!(out, "{:names$} = {text:values$}  # {origin}", setting.name)?;
    }
    out.flush()
}
