//! The schema's migrations, embedded, and what has been applied of them.

mod embedded;
mod run;

pub(crate) use run::{apply_to_postgres, apply_to_sqlite, pending_on_postgres, pending_on_sqlite};
