//! The parts that every subcommand stands on: the store and the keys, opened as configured.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oneclaw_adapters::{
    FolderMailer, OidcIssuer, OidcVerifier, SmtpMailer, StripePayments, StripeSettings,
};
use oneclaw_services::{
    CryptoError, EnvKeyProvider, FileKeyProvider, IdentityVerifier, KeyId, KeyProvider, Mailer,
    NoIssuers, NoPayments, Payments, Seams, StartError, Store,
};
use oneclaw_storage_diesel::{DieselStore, StoreUrl};

use crate::configuration::{Configuration, Mail, MasterKeySource, Way};
use crate::data_dir;
use crate::failure::Failure;

/// The store and the keys.
pub(crate) struct Parts {
    pub(crate) store: DieselStore,
    pub(crate) keys: Keys,
    pub(crate) mailer: Arc<dyn Mailer>,
    identities: Arc<dyn IdentityVerifier>,
    payments: Arc<dyn Payments>,
    /// Migrations that were applied just now.
    pub(crate) applied: Vec<String>,
    /// The master key file, if it was made just now.
    pub(crate) created_key: Option<PathBuf>,
}

/// Where the master key is held.
#[derive(Clone)]
pub(crate) enum Keys {
    File(Arc<FileKeyProvider>, PathBuf),
    Environment(Arc<EnvKeyProvider>),
}

impl Keys {
    pub(crate) fn provider(&self) -> Arc<dyn KeyProvider> {
        match self {
            Self::File(provider, _) => provider.clone(),
            Self::Environment(provider) => provider.clone(),
        }
    }
}

impl Parts {
    /// Opens the store, brings its tables up to date, and finds its master key. A new key is made only for a store
    /// that has never had one.
    ///
    /// # Errors
    /// The store or the key cannot be used; nothing was made over anything.
    pub(crate) async fn open(configuration: Configuration) -> Result<Self, Failure> {
        let store = open_store(&configuration).await?;
        let mailer = mailer(configuration.mail)?;
        let identities = identities(configuration.issuers)?;
        let payments = payments(configuration.stripe)?;
        let applied = store.migrate().await?;
        let is_empty = master_key(&store).await?.is_none();
        let (keys, created_key) = open_keys(configuration.master_key, is_empty)?;
        Ok(Self {
            store,
            keys,
            mailer,
            identities,
            payments,
            applied,
            created_key,
        })
    }

    /// Opens a store that has been served from before, and makes nothing.
    ///
    /// # Errors
    /// There is no such store, its tables are behind, or the key cannot be used.
    pub(crate) async fn open_existing(configuration: Configuration) -> Result<Self, Failure> {
        let no_store =
            || Failure::Refused("there is no store here yet: start the server once".to_owned());
        if let StoreUrl::Sqlite(path) = &configuration.database.url
            && is_absent(path)
        {
            return Err(no_store());
        }
        let store = open_store(&configuration).await?;
        if !store.pending_migrations().await?.is_empty() {
            return Err(Failure::Refused(
                "the store's tables are behind: run `oneclaw migrate` first".to_owned(),
            ));
        }
        master_key(&store).await?.ok_or_else(no_store)?;
        let mailer = mailer(configuration.mail)?;
        let (keys, created_key) = open_keys(configuration.master_key, false)?;
        let provider = keys.provider();
        // Asked again, now that the file was read: a rotation may have ended in between.
        let in_store = master_key(&store).await?.ok_or_else(no_store)?;
        if !provider.knows(in_store).await {
            return Err(Failure::Start(StartError::WrongMasterKey {
                store: in_store,
                provider: provider.describe(),
                has: provider.current(),
            }));
        }
        Ok(Self {
            store,
            keys,
            mailer,
            // nobody logs in to a subcommand, or buys anything
            identities: Arc::new(NoIssuers),
            payments: Arc::new(NoPayments),
            applied: Vec::new(),
            created_key,
        })
    }

    /// What the services are built over.
    pub(crate) fn seams(&self) -> Seams {
        Seams::system(
            Arc::new(self.store.clone()),
            self.keys.provider(),
            Arc::clone(&self.mailer),
        )
        .with_identities(Arc::clone(&self.identities))
        .with_payments(Arc::clone(&self.payments))
    }
}

/// Opens the store, and makes the data directory where that is needed.
///
/// # Errors
/// The directory or the store cannot be used.
pub(crate) async fn open_store(configuration: &Configuration) -> Result<DieselStore, Failure> {
    let database = &configuration.database;
    let local = matches!(database.url, StoreUrl::Sqlite(_))
        || matches!(configuration.master_key, MasterKeySource::File(_));
    if local {
        data_dir::prepare(&configuration.data_dir)?;
    }
    Ok(DieselStore::open(&database.url, database.options).await?)
}

/// The master key under which a migrated store is wrapped; `None` for a store that never had one.
///
/// # Errors
/// The store cannot be read.
async fn master_key(store: &DieselStore) -> Result<Option<KeyId>, Failure> {
    let mut reader = store.read().await?;
    Ok(reader.keys().master_key().await?.map(KeyId::from_bytes))
}

/// The keys as configured, made where they may be.
///
/// # Errors
/// They cannot be read.
pub(crate) fn open_keys(
    source: MasterKeySource,
    is_empty: bool,
) -> Result<(Keys, Option<PathBuf>), CryptoError> {
    let path = match source {
        MasterKeySource::Environment(provider) => {
            return Ok((Keys::Environment(Arc::new(provider)), None));
        }
        MasterKeySource::File(path) => path,
    };
    if !is_empty {
        let provider = FileKeyProvider::open(&path)?;
        return Ok((Keys::File(Arc::new(provider), path), None));
    }
    let created = is_absent(&path).then(|| path.clone());
    let provider = FileKeyProvider::open_or_create(&path)?;
    Ok((Keys::File(Arc::new(provider), path), created))
}

/// What mail leaves by. Connects to nothing, and makes nothing.
///
/// # Errors
/// The settings do not do.
fn mailer(mail: Mail) -> Result<Arc<dyn Mailer>, Failure> {
    Ok(match mail.way {
        Way::Folder(folder) => Arc::new(FolderMailer::new(folder, mail.from)),
        Way::Smtp(settings) => Arc::new(SmtpMailer::new(settings)?),
    })
}

/// Who says who people are. Connects to nothing.
///
/// # Errors
/// The settings do not do.
fn identities(issuers: Vec<OidcIssuer>) -> Result<Arc<dyn IdentityVerifier>, Failure> {
    if issuers.is_empty() {
        return Ok(Arc::new(NoIssuers));
    }
    Ok(Arc::new(OidcVerifier::new(issuers)?))
}

/// Who takes money. Connects to nothing.
///
/// # Errors
/// The settings do not do.
fn payments(stripe: Option<StripeSettings>) -> Result<Arc<dyn Payments>, Failure> {
    Ok(match stripe {
        Some(settings) => Arc::new(StripePayments::new(settings)?),
        None => Arc::new(NoPayments),
    })
}

fn is_absent(path: &Path) -> bool {
    matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound)
}
