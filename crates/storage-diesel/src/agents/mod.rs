//! Agents.

mod read;
mod rows;
mod write;
