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
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;

    use super::*;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn file(&self) -> PathBuf {
            self.0.path().join("master.key")
        }

        fn write(&self, text: &str, mode: u32) {
            fs::write(self.file(), text).unwrap();
            fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).unwrap();
        }

        /// The one line with which the file is refused.
        fn refusal(&self) -> String {
            let error = FileKeyProvider::open(self.file()).err().unwrap();
            let text = error.to_string();
            assert!(text.starts_with(&format!("master key file {} ", self.file().display())));
            assert!(text.contains(": ") && !text.contains('\n'), "{text}");
            assert_eq!(
                FileKeyProvider::open_or_create(self.file()).err(),
                (!text.contains("is missing")).then_some(error)
            );
            text
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn the_file_is_private_and_never_made_twice() {
        let place = Place::new();
        let made = FileKeyProvider::create(place.file()).unwrap();
        assert_eq!(mode(&place.file()), 0o600);
        let opened = FileKeyProvider::open_or_create(place.file()).unwrap();
        assert_eq!(made.current(), opened.current());
        let error = FileKeyProvider::create(place.file()).err().unwrap();
        assert!(error.to_string().contains("is never made over it"));
        assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 1);
    }

    #[test]
    fn cry_03_a_file_that_cannot_be_trusted_is_refused_in_one_line() {
        let place = Place::new();
        assert!(place.refusal().contains("is missing"));
        fs::remove_file(place.file()).unwrap();

        let text = {
            let _made = FileKeyProvider::create(place.file()).unwrap();
            fs::read_to_string(place.file()).unwrap()
        };
        let key_line = text.lines().last().unwrap().to_owned();
        for (wrong, expected) in [
            (String::new(), "is empty"),
            (" \n\n".to_owned(), "is empty"),
            ("# only a comment\n".to_owned(), "holds no key"),
            (key_line[..key_line.len() - 8].to_owned(), "at line 1"),
            (format!("# c\n{}", key_line.replace("-1 ", "-2 ")), "at line 2"),
            (format!("{key_line} more"), "at line 1"),
            (format!("{key_line}\n{key_line}"), "is given twice"),
            (
                key_line.replacen(|c: char| "01234567".contains(c), "8", 2)
                    .replacen("-8 ", "-1 ", 1),
                "that is not",
            ),
        ] {
            place.write(&wrong, 0o600);
            let refusal = place.refusal();
            assert!(refusal.contains(expected), "{refusal} for {expected}");
            let secret = key_line.split(' ').next_back().unwrap();
            assert!(!refusal.contains(secret));
        }
    }

    #[test]
    fn cry_03_modes_links_and_other_kinds_of_file_are_refused() {
        let place = Place::new();
        let id = FileKeyProvider::create(place.file()).unwrap().current();
        let text = fs::read_to_string(place.file()).unwrap();
        for wrong in [0o644, 0o640, 0o604, 0o700, 0o660] {
            place.write(&text, wrong);
            assert!(place.refusal().contains(&format!("has mode 0{wrong:o}")));
        }
        place.write(&text, 0o400);
        assert_eq!(FileKeyProvider::open(place.file()).unwrap().current(), id);

        let real = place.0.path().join("real");
        fs::rename(place.file(), &real).unwrap();
        symlink(&real, place.file()).unwrap();
        assert!(place.refusal().contains("is a symbolic link"));
        fs::remove_file(&real).unwrap();
        assert!(place.refusal().contains("is a symbolic link"));
        fs::remove_file(place.file()).unwrap();
        fs::create_dir(place.file()).unwrap();
        assert!(place.refusal().contains("is not a regular file"));
    }

    #[test]
    fn cry_04_starts_at_the_same_moment_agree_on_one_key() {
        for _ in 0..20 {
            let place = Place::new();
            let ids: Vec<KeyId> = std::thread::scope(|scope| {
                let start = || FileKeyProvider::open_or_create(place.file()).unwrap().current();
                let all = [(); 8].map(|()| scope.spawn(start));
                all.map(|one| one.join().unwrap()).into()
            });
            assert!(ids.windows(2).all(|pair| pair[0] == pair[1]));
        }
    }

    #[tokio::test]
    async fn rotation_is_followed_by_another_process_without_a_restart() {
        let place = Place::new();
        let context = Context::new("kek").with(b"vault");
        let one = FileKeyProvider::create(place.file()).unwrap();
        let two = FileKeyProvider::open(place.file()).unwrap();
        let old = one.wrap(&context, b"a key").await.unwrap();

        let new_id = one.add_current(SymmetricKey::generate().unwrap()).await.unwrap();
        let new = one.wrap(&context, b"a key").await.unwrap();
        assert_eq!((one.current(), new.key_id), (new_id, new_id));
        assert_eq!(one.unwrap(&context, &old).await.unwrap().expose(), b"a key");

        assert_eq!(two.current(), old.key_id);
        assert_eq!(two.unwrap(&context, &new).await.unwrap().expose(), b"a key");
        assert_eq!(two.current(), new_id);
        assert_eq!(two.ids(), vec![new_id, old.key_id]);
    }

    #[tokio::test]
    async fn cry_05_nothing_is_wrapped_under_a_key_that_is_no_longer_current() {
        let place = Place::new();
        let one = FileKeyProvider::create(place.file()).unwrap();
        let two = FileKeyProvider::open(place.file()).unwrap();
        let new_id = one.add_current(SymmetricKey::generate().unwrap()).await.unwrap();
        let wrapped = two.wrap(&Context::new("kek"), b"a key").await.unwrap();
        assert_eq!(wrapped.key_id, new_id);

        fs::remove_file(place.file()).unwrap();
        let error = two.wrap(&Context::new("kek"), b"a key").await.unwrap_err();
        assert!(error.to_string().contains("is missing"));
        assert!(two.refresh().await.is_err());
        let opened = two.unwrap(&Context::new("kek"), &wrapped).await.unwrap();
        assert_eq!(opened.expose(), b"a key");
    }

    #[tokio::test]
    async fn a_retired_key_leaves_the_file_and_is_kept_aside() {
        let place = Place::new();
        let provider = FileKeyProvider::create(place.file()).unwrap();
        let old = provider.current();
        let wrapped = provider.wrap(&Context::new("kek"), b"a key").await.unwrap();
        assert!(provider.retire(old).await.is_err());
        let new = provider.add_current(SymmetricKey::generate().unwrap()).await.unwrap();
        provider.retire(old).await.unwrap();

        assert_eq!(provider.ids(), vec![new]);
        assert!(!provider.knows(old).await);
        assert_eq!(
            provider.unwrap(&Context::new("kek"), &wrapped).await.unwrap_err(),
            CryptoError::UnknownKey(old)
        );
        assert_eq!(provider.retire(old).await, Err(CryptoError::UnknownKey(old)));
        let text = fs::read_to_string(place.file()).unwrap();
        assert!(text.starts_with("# Master keys") && !text.contains(&old.to_string()));
        assert_eq!(mode(&place.file()), 0o600);

        let aside = place.0.path().join(format!("master.key.retired-{old}"));
        assert_eq!(mode(&aside), 0o600);
        let kept = FileKeyProvider::open(aside).unwrap();
        let opened = kept.unwrap(&Context::new("kek"), &wrapped).await.unwrap();
        assert_eq!(opened.expose(), b"a key");
    }

    #[tokio::test]
    async fn a_draft_that_a_crash_left_does_not_matter() {
        let place = Place::new();
        let provider = FileKeyProvider::create(place.file()).unwrap();
        fs::write(place.0.path().join("master.key.draft"), "half a li").unwrap();
        let id = provider.add_current(SymmetricKey::generate().unwrap()).await.unwrap();
        assert_eq!(FileKeyProvider::open(place.file()).unwrap().current(), id);
        assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn an_unknown_key_does_not_read_an_unchanged_file_again_and_again() {
        let place = Place::new();
        let provider = FileKeyProvider::create(place.file()).unwrap();
        let before = provider.held.read().unwrap().read_at;
        for byte in 0..100 {
            assert!(!provider.knows(KeyId::from_bytes([byte; 16])).await);
        }
        let after = provider.held.read().unwrap().read_at;
        assert!(before == after || after.duration_since(before) >= RELOAD_INTERVAL);
    }
}
