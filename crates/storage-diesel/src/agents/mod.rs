//! Agents.

mod read;
mod rows;
mod write;

pub(crate) use rows::{AgentRow, IssueRow, SettingsRow, parse};
