//! Events for spreadsheets: RFC 4180, and no cell is a formula.

use super::lines::hex;
use oneclaw_domain::{ChainedEvent, EventId};
use std::fmt::Display;

/// The first line.
pub(super) const TITLES: &str = "id,position,created_at,action,outcome,actor_type,actor_id,resource_type,resource_id,ip_address,request_id,details,org_id,prev_event_id,integrity_hash\r\n";

/// An event's line.
pub(super) fn line(event: &ChainedEvent) -> String {
    let ChainedEvent { event, link, .. } = event;
    let text = |value: Option<&dyn Display>| value.map_or(String::new(), ToString::to_string);
    let link = link.as_ref();
    let previous = link.and_then(|link| link.previous);
    let cells = [
        event.id.to_string(),
        text(link.map(|link| &link.position as &dyn Display)),
        event.created_at.to_string(),
        event.action.clone(),
        event.outcome.clone(),
        event.actor_type.clone(),
        event.actor_id.clone(),
        event.resource_type.clone(),
        event.resource_id.clone(),
        event.ip_address.clone().unwrap_or_default(),
        event.request_id.clone(),
        event.details.to_string(),
        text(event.org.as_ref().map(|org| org as &dyn Display)),
        text(previous.as_ref().map(|id: &EventId| id as &dyn Display)),
        link.map_or(String::new(), |link| hex(&link.hash)),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// One cell. What a spreadsheet would take for a formula begins with an apostrophe (CWE-1236).
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if is_formula { "'" } else { "" };
    if text.contains(['"', ',', '\r', '\n']) || is_formula {
        format!("\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aud_08_no_cell_is_a_formula_and_none_breaks_out() {
        for (text, wanted) in [
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a\"b", "\"a\"\"b\""),
            ("a,b", "\"a,b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("plain =", "plain ="),
            ("", ""),
        ] {
            assert_eq!(cell(text), wanted);
        }
    }
}
