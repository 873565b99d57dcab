//! The connections to one database.

use super::connect::Connector;
use super::lease::PostgresLease;
use crate::{OpenError, SecretUrl, StoreOptions, StoreUrl};
use diesel::ConnectionError;
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use futures_util::FutureExt;
use oneclaw_storage::StorageError;
use std::time::Duration;
use tokio::runtime::Handle;

/// A bounded pool. Connections are not asked whether they live before each use; one that turns out
/// dead takes the idle ones with it.
pub(crate) struct PostgresPool {
    pool: Pool<AsyncPgConnection>,
    connector: Connector,
    patience: Duration,
    server: String,
}

impl PostgresPool {
    /// Opens the pool and makes its first connection.
    pub(crate) async fn open(url: &SecretUrl, options: StoreOptions) -> Result<Self, OpenError> {
        let server = StoreUrl::Postgres(url.clone()).to_string();
        let refused = |reason: String| OpenError::Connect {
            server: server.clone(),
            reason,
        };
        let config = url
            .expose()
            .parse()
            .map_err(|_| refused("the URL is malformed".to_owned()))?;
        let connector = Connector::new(config, Handle::current());
        let mut setup = ManagerConfig::default();
        setup.recycling_method = RecyclingMethod::Fast;
        let connects = connector.clone();
        setup.custom_setup = Box::new(move |_| {
            let connector = connects.clone();
            async move { connector.connect().await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config("", setup);
        let pool = Pool::builder(manager)
            .max_size(options.postgres_connections.max(1))
            .build()
            .map_err(|error| refused(error.to_string()))?;
        let opened = Self {
            pool,
            connector,
            patience: options.acquire_timeout,
            server: server.clone(),
        };
        drop(opened.connect().await?);
        Ok(opened)
    }

    /// Waits for a connection.
    pub(crate) async fn acquire(&self) -> Result<PostgresLease, StorageError> {
        let object = self.object().await?;
        Ok(PostgresLease::new(
            object,
            self.pool.clone(),
            self.connector.runtime().clone(),
        ))
    }

    async fn object(&self) -> Result<Object<AsyncPgConnection>, StorageError> {
        match tokio::time::timeout(self.patience, self.pool.get()).await {
            Ok(Ok(object)) => Ok(object),
            Ok(Err(error)) => Err(StorageError::Unavailable(Box::new(error))),
            Err(_) => Err(StorageError::Unavailable(
                "no connection came free in time".into(),
            )),
        }
    }

    /// A connection beside the pool's, for migrations.
    pub(crate) async fn connect(&self) -> Result<AsyncPgConnection, OpenError> {
        let refused = |error: ConnectionError| OpenError::Connect {
            server: self.server.clone(),
            reason: error.to_string(),
        };
        self.connector.connect().await.map_err(refused)
    }

    /// Closes what is idle and waits, as long as for a connection, for the rest to come back.
    pub(crate) async fn close(&self) {
        self.pool.close();
        if tokio::time::timeout(self.patience, self.connector.all_ended())
            .await
            .is_err()
        {
            tracing::warn!("connections to Postgres are still in use");
        }
    }
}
