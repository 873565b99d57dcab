//! Raw SQL, for tests that look behind the contract or tamper with rows.

use crate::DieselStore;
use crate::query::{execute, load};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use oneclaw_storage::StorageError;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

impl DieselStore {
    /// The column `text` of every row of a query.
    ///
    /// # Errors
    /// The query is wrong, or the store fails.
    pub async fn raw_rows(&self, sql: &str) -> Result<Vec<String>, StorageError> {
        let mut session = self.unit().await?;
        let rows: Vec<Row> = load!(&mut session, "raw", diesel::sql_query(sql))?;
        session.commit().await?;
        Ok(rows
            .into_iter()
            .map(|row| row.text.unwrap_or_default())
            .collect())
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// The statement is wrong, or the store fails.
    pub async fn raw_execute(&self, sql: &str) -> Result<usize, StorageError> {
        let mut session = self.unit().await?;
        let changed = execute!(&mut session, "raw", diesel::sql_query(sql))?;
        session.commit().await?;
        Ok(changed)
    }
}
