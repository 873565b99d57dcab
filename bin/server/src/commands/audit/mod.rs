//! `oneclaw audit`: whether the audit logs, and what was taken from them, are whole.

mod check;
mod export;
mod verify;

pub(crate) use check::run as check;
pub(crate) use export::run as export;
pub(crate) use verify::run as verify;
