//! The migrations of both stores: the same numbers and names in two folders.

use crate::OpenError;
use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub(super) const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Which migrations the store lacks, given the versions that it has. Refuses a store that has one
/// which is not known here.
pub(super) fn lacking<DB: Backend>(
    source: &EmbeddedMigrations,
    applied: &[String],
) -> Result<Vec<String>, OpenError> {
    let known: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(OpenError::migration)?;
    let name = |migration: &dyn Migration<DB>| migration.name().to_string();
    let version = |migration: &dyn Migration<DB>| migration.name().version().to_string();
    let newer = applied
        .iter()
        .find(|have| !known.iter().any(|known| version(known.as_ref()) == **have));
    if let Some(newer) = newer {
        return Err(OpenError::SchemaNewer(newer.clone()));
    }
    let mut names: Vec<String> = known
        .iter()
        .filter(|known| !applied.contains(&version(known.as_ref())))
        .map(|known| name(known.as_ref()))
        .collect();
    names.sort();
    Ok(names)
}
