//! `oneclaw audit verify`: an export, checked with nothing but the file and the master key.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use oneclaw_services::{FileFlaw, KeyProvider, LogFile};

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::parts::open_keys;

/// The longest line, in bytes: an event is far shorter, and a header has room for a thousand keys.
const LONGEST: usize = 1 << 20;

/// A line of a file.
enum Line {
    /// Without its end.
    Whole(Vec<u8>),
    /// The last, which has no end.
    Cut(Vec<u8>),
    TooLong,
    None,
}

/// Reads the file once, in constant memory, and says in one line whether it is what was written.
///
/// # Errors
/// It is not, or not all of it: then with the first line that is wrong. Or it, or the master key, cannot be read.
pub(crate) async fn run(configuration: Configuration, path: &Path) -> Result<(), Failure> {
    let (keys, _) = open_keys(configuration.master_key, false)?;
    let file = File::open(path).map_err(|error| Failure::System("open the file", error))?;
    check(keys.provider(), BufReader::new(file)).await
}

async fn check(provider: Arc<dyn KeyProvider>, mut file: impl BufRead) -> Result<(), Failure> {
    let mut log = match next(&mut file)? {
        Line::None => return Err(broken(1, FileFlaw::Incomplete)),
        Line::TooLong => return Err(broken(1, FileFlaw::NoExport)),
        Line::Whole(line) => match LogFile::open(&*provider, &line).await? {
            Ok(log) => log,
            Err(flaw) => return Err(broken(1, flaw)),
        },
        Line::Cut(line) => match LogFile::open(&*provider, &line).await? {
            Ok(log) => log,
            Err(FileFlaw::Keys) => return Err(broken(1, FileFlaw::Keys)),
            Err(_) => return Err(broken(1, FileFlaw::Incomplete)),
        },
    };
    let mut number = 1_u64;
    loop {
        number += 1;
        match next(&mut file)? {
            Line::None => break,
            Line::TooLong => return Err(broken(number, FileFlaw::Line)),
            Line::Whole(line) => log.line(&line).map_err(|flaw| broken(number, flaw))?,
            Line::Cut(line) => log.line(&line).map_err(|flaw| {
                let is_cut = flaw == FileFlaw::Line;
                broken(number, if is_cut { FileFlaw::Incomplete } else { flaw })
            })?,
        }
    }
    let verdict = log.finish().map_err(|flaw| broken(number, flaw))?;
    let whose = verdict.org.map_or("the installation".to_owned(), |org| {
        format!("organization {org}")
    });
    println!(
        "the export of {whose} of {} is as it was written: {} events, {} of them linked to the one before",
        verdict.exported_at, verdict.events, verdict.linked
    );
    Ok(())
}

fn broken(line: u64, flaw: FileFlaw) -> Failure {
    Failure::Refused(match flaw {
        FileFlaw::NoExport => {
            format!("line {line} is broken: it is not the first line of an export")
        }
        FileFlaw::Line => format!(
            "line {line} is broken: it is not what was written behind the line before it (changed, lost, added or moved)"
        ),
        FileFlaw::Surplus => format!("line {line} is broken: it stands behind the export's end"),
        FileFlaw::Incomplete => {
            format!("the file is incomplete: it ends at line {line}, and the export does not")
        }
        FileFlaw::Keys => "the file's keys are not under this master key: give the one that was in force when it was exported".to_owned(),
        FileFlaw::Log(flaw, event) => format!(
            "line {line} is as it was written, but the log was broken when it was exported: event {event} is the first that does not hold ({})",
            flaw.as_str()
        ),
        FileFlaw::End(flaw) => format!(
            "every line is as it was written, but the log was broken when it was exported: its end does not hold ({})",
            flaw.as_str()
        ),
    })
}

/// The next line; never more of it than the longest may be.
fn next(file: &mut impl BufRead) -> Result<Line, Failure> {
    let mut line = Vec::new();
    loop {
        let read = file
            .fill_buf()
            .map_err(|error| Failure::System("read the file", error))?;
        if read.is_empty() {
            return Ok(if line.is_empty() {
                Line::None
            } else {
                Line::Cut(line)
            });
        }
        let (part, rest) = match read.iter().position(|byte| *byte == b'\n') {
            Some(end) => (read.split_at(end).0, Some(end)),
            None => (read, None),
        };
        if line.len().saturating_add(part.len()) > LONGEST {
            return Ok(Line::TooLong);
        }
        line.extend_from_slice(part);
        let taken = rest.map_or(part.len(), |end| end.saturating_add(1));
        file.consume(taken);
        if rest.is_some() {
            return Ok(Line::Whole(line));
        }
    }
}
