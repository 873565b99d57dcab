//! `oneclaw admin`: what administrators do over the network, and what only the operator may, against the store.

mod accounts;
mod arguments;
mod orgs;
mod run;
mod settings;
mod usage;
mod users;

pub(crate) use arguments::Admin;
pub(crate) use run::run;
