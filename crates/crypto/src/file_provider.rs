//! Master keys in a file beside the data.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use crate::key_file::{KeyFile, Loaded, Stamp};
use crate::{
    Context, CryptoError, KeyId, KeyProvider, MasterKeyring, Plaintext, SymmetricKey, Wrapped,
};

/// A file that did not change is read again for an unknown key at most this often.
const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// Master keys from a text file with mode 0600 or stricter, one key per line, the current one first.
///
/// It follows the file: a key that another process put into it is used without a restart.
pub struct FileKeyProvider {
    file: KeyFile,
    held: RwLock<Held>,
}

struct Held {
    keyring: Arc<MasterKeyring>,
    stamp: Stamp,
    read_at: Instant,
}

impl From<Loaded> for Held {
    fn from(loaded: Loaded) -> Self {
        Self {
            keyring: Arc::new(loaded.keyring),
            stamp: loaded.stamp,
            read_at: Instant::now(),
        }
    }
}

impl FileKeyProvider {
    /// Reads an existing file.
    ///
    /// # Errors
    /// [`CryptoError::Provider`], one line with the file and how to mend it: missing, empty, short or garbled, an
    /// id that is not that of its key, readable by others, a symbolic link, not a regular file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, CryptoError> {
        Self::load(KeyFile::new(path.as_ref()))
    }

    /// Makes the file, mode 0600, with a fresh key in it. The directory must exist.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] when there is one already or it cannot be written, [`CryptoError::Random`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self, CryptoError> {
        let file = KeyFile::new(path.as_ref());
        if file.create(&SymmetricKey::generate()?)? {
            return Self::load(file);
        }
        Err(CryptoError::Provider(format!(
            "master key file {} exists: a new key is never made over it",
            file.path().display()
        )))
    }

    /// Reads the file, or makes it where there is none. For a store that may hold data already, [`Self::open`] is
    /// the right one: a new key opens none of it.
    ///
    /// # Errors
    /// Those of [`Self::open`] and [`Self::create`].
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self, CryptoError> {
        let file = KeyFile::new(path.as_ref());
        if !file.is_present()? {
            // When two start at once, one creates it and both read it.
            file.create(&SymmetricKey::generate()?)?;
        }
        Self::load(file)
    }

    /// Makes `new` the current key; those before become previous ones. Atomic, and on disk when it returns.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] when the file cannot be read or written, or already holds the key.
    pub async fn add_current(&self, new: SymmetricKey) -> Result<KeyId, CryptoError> {
        let id = self.blocking(move |file| file.add_current(&new)).await?;
        self.refresh().await?;
        Ok(id)
    }

    /// Moves the previous key `old` into `<file>.retired-<id>`, mode 0600, once nothing is wrapped under it.
    ///
    /// # Errors
    /// [`CryptoError::UnknownKey`] when the file does not hold it, [`CryptoError::Provider`] when it is the
    /// current key or the file cannot be read or written.
    pub async fn retire(&self, old: KeyId) -> Result<(), CryptoError> {
        self.blocking(move |file| file.retire(old)).await?;
        self.refresh().await
    }

    /// The ids of all keys held, the current one first.
    pub fn ids(&self) -> Vec<KeyId> {
        self.keyring().ids().collect()
    }

    fn load(file: KeyFile) -> Result<Self, CryptoError> {
        let held = RwLock::new(file.load()?.into());
        Ok(Self { file, held })
    }

    fn keyring(&self) -> Arc<MasterKeyring> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&held.keyring)
    }

    /// Reads the file again when it changed. For an unknown key also when it seems not to have, but then at most
    /// once a second: the time stamps of some file systems are coarse.
    async fn follow(&self, wanted: Option<KeyId>) -> Result<(), CryptoError> {
        let (stamp, due) = {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            let unknown = wanted.is_some_and(|id| !held.keyring.knows(id));
            (
                held.stamp,
                unknown && held.read_at.elapsed() >= RELOAD_INTERVAL,
            )
        };
        let changed = self
            .blocking(move |file| {
                if due || file.stamp()? != stamp {
                    return file.load().map(Some);
                }
                Ok(None)
            })
            .await?;
        if let Some(loaded) = changed {
            self.take(loaded);
        }
        Ok(())
    }

    fn take(&self, loaded: Loaded) {
        let before = self.current();
        let held = Held::from(loaded);
        let after = held.keyring.current();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        if before != after {
            tracing::info!(%before, %after, "current master key changed");
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&KeyFile) -> Result<T, CryptoError> + Send + 'static,
    ) -> Result<T, CryptoError> {
        let file = self.file.clone();
        tokio::task::spawn_blocking(move || work(&file))
            .await
            .unwrap_or_else(|_| {
                Err(CryptoError::Provider(
                    "master key file cannot be read while the server stops".to_owned(),
                ))
            })
    }
}

#[async_trait]
impl KeyProvider for FileKeyProvider {
    fn describe(&self) -> String {
        format!("file {}", self.file.path().display())
    }

    fn current(&self) -> KeyId {
        self.keyring().current()
    }

    async fn knows(&self, id: KeyId) -> bool {
        if self.keyring().knows(id) {
            return true;
        }
        if let Err(error) = self.follow(Some(id)).await {
            tracing::error!(%error, "could not look for a master key");
        }
        self.keyring().knows(id)
    }

    async fn refresh(&self) -> Result<(), CryptoError> {
        let loaded = self.blocking(KeyFile::load).await?;
        self.take(loaded);
        Ok(())
    }

    async fn wrap(&self, context: &Context, key: &[u8]) -> Result<Wrapped, CryptoError> {
        // Nothing may be wrapped under a key that was retired or whose file is gone.
        self.follow(None).await?;
        self.keyring().wrap(context, key)
    }

    async fn unwrap(&self, context: &Context, wrapped: &Wrapped) -> Result<Plaintext, CryptoError> {
        if !self.keyring().knows(wrapped.key_id) {
            self.follow(Some(wrapped.key_id)).await?;
        }
        self.keyring().unwrap(context, wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_key_does_not_read_an_unchanged_file_again_and_again() {
        let directory = tempfile::tempdir().unwrap();
        let provider = FileKeyProvider::create(directory.path().join("master.key")).unwrap();
        let before = provider.held.read().unwrap().read_at;
        for byte in 0..100 {
            assert!(!provider.knows(KeyId::from_bytes([byte; 16])).await);
        }
        let after = provider.held.read().unwrap().read_at;
        assert!(before == after || after.duration_since(before) >= RELOAD_INTERVAL);
    }
}
