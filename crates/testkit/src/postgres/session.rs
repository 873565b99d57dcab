//! SQL to the maintenance database, from tests that may or may not run inside a runtime.

use tokio_postgres::{Client, NoTls};

use super::PostgresError;

/// Opens a session on the caller's runtime, which drives it until the client is dropped.
pub(super) async fn open(url: &str) -> Result<Client, PostgresError> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .map_err(PostgresError::sql("connect to the test server"))?;
    tokio::spawn(async move {
        // A broken connection shows as an error of the client's next statement.
        let _ended = connection.await;
    });
    Ok(client)
}

/// Runs one statement in a session of its own and blocks until it is done. It works inside a runtime
/// too, and in `Drop`, because it brings a thread and a runtime along.
pub(super) fn execute(url: &str, doing: &'static str, sql: &str) -> Result<(), PostgresError> {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(PostgresError::io("start a runtime"))?;
        runtime.block_on(async {
            let client = open(url).await?;
            client
                .batch_execute(sql)
                .await
                .map_err(PostgresError::sql(doing))
        })
    };
    std::thread::scope(|scope| {
        scope
            .spawn(work)
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
