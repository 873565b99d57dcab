//! The master key file: its text, the checks before it is believed, and changes that survive a crash.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::{CryptoError, KeyId, MasterKeyring, Plaintext, SymmetricKey};

const TAG: &str = "oneclaw-master-key-1";
/// More than a thousand keys; a larger file is not ours.
const MAX_BYTES: u64 = 128 * 1024;
const HEAD: &str = "\
# Master keys of oneclaw. Back this file up: without it no secret can be read.
# One key per line. The first wraps new keys, the others only open what they wrapped before.
";

/// Where the file is. One key per line, `oneclaw-master-key-1 <key id> <base64 of 32 bytes>`, `#` starts a comment.
#[derive(Clone)]
pub(crate) struct KeyFile {
    path: PathBuf,
}

/// Which state of the file was read: any change of it gives another stamp.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Device and inode.
    file: (u64, u64),
    /// Seconds and nanoseconds of the last change.
    changed: (i64, i64),
    size: u64,
}

pub(crate) struct Loaded {
    pub(crate) keyring: MasterKeyring,
    pub(crate) stamp: Stamp,
    /// The lines as they stand, each with the key that it holds, for changes that keep comments.
    lines: Vec<(Option<KeyId>, Zeroizing<String>)>,
}

impl KeyFile {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is anything at the path, a dangling link included.
    pub(crate) fn is_present(&self) -> Result<bool, CryptoError> {
        match fs::symlink_metadata(&self.path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.failed("looked at", &error)),
        }
    }

    /// What the file system says of it now, once it is known to be a private regular file.
    pub(crate) fn stamp(&self) -> Result<Stamp, CryptoError> {
        let metadata = fs::symlink_metadata(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.refused(
                "is missing",
                "restore it from your backup, or name the right file",
            ),
            _ => self.failed("looked at", &error),
        })?;
        if metadata.is_symlink() {
            return Err(self.refused("is a symbolic link", "put the file itself there"));
        }
        if !metadata.is_file() {
            return Err(self.refused("is not a regular file", "name the right file"));
        }
        if metadata.mode() & 0o7777 & !0o600 != 0 {
            let mode = format!("has mode {:04o}", metadata.mode() & 0o7777);
            return Err(self.refused(&mode, "others must not read it, run `chmod 600` on it"));
        }
        Ok(Stamp::of(&metadata))
    }

    /// Reads and checks all of it.
    pub(crate) fn load(&self) -> Result<Loaded, CryptoError> {
        let checked = self.stamp()?;
        let mut text = Zeroizing::new(String::new());
        let mut file = File::open(&self.path).map_err(|error| self.failed("opened", &error))?;
        let opened = file
            .metadata()
            .map_err(|error| self.failed("opened", &error))?;
        // What was opened must be what was checked, or someone swaps files under us.
        let stamp = Stamp::of(&opened);
        if stamp.file != checked.file {
            return Err(self.refused("changed while it was opened", "try again"));
        }
        if opened.len() > MAX_BYTES {
            return Err(self.refused("is too large for a key file", "name the right file"));
        }
        text.reserve_exact(usize::try_from(MAX_BYTES).unwrap_or_default());
        (&mut file)
            .take(MAX_BYTES)
            .read_to_string(&mut text)
            .map_err(|error| self.failed("read", &error))?;
        self.parse(&text, stamp)
    }

    fn parse(&self, text: &str, stamp: Stamp) -> Result<Loaded, CryptoError> {
        if text.trim().is_empty() {
            return Err(self.refused("is empty", "restore it from your backup"));
        }
        let mut keys = Vec::new();
        let mut lines = Vec::new();
        for (line, number) in text.lines().zip(1_usize..) {
            let content = line.trim();
            let id = if content.is_empty() || content.starts_with('#') {
                None
            } else {
                let (id, key) = self.parse_key(content, number)?;
                keys.push(key);
                Some(id)
            };
            lines.push((id, Zeroizing::new(line.to_owned())));
        }
        if keys.is_empty() {
            return Err(self.refused("holds no key", "restore it from your backup"));
        }
        let current = keys.remove(0);
        let keyring = MasterKeyring::new(current, keys).map_err(|error| {
            self.refused(
                &format!("is garbled ({error})"),
                "remove the second line of it",
            )
        })?;
        Ok(Loaded {
            keyring,
            stamp,
            lines,
        })
    }

    fn parse_key(&self, line: &str, number: usize) -> Result<(KeyId, SymmetricKey), CryptoError> {
        let garbled = || {
            self.refused(
                &format!("is short or garbled at line {number}"),
                "restore it from your backup",
            )
        };
        let mut fields = line.split_whitespace();
        let (Some(TAG), Some(id), Some(key), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(garbled());
        };
        let id = KeyId::parse(id).ok_or_else(garbled)?;
        let key = Plaintext::new(STANDARD.decode(key).map_err(|_| garbled())?);
        let key = SymmetricKey::from_bytes(key.expose()).map_err(|_| garbled())?;
        if MasterKeyring::id_of(&key) != id {
            return Err(self.refused(
                &format!("holds a key at line {number} that is not {id}"),
                "restore it from your backup",
            ));
        }
        Ok((id, key))
    }

    /// Makes the file with `key` in it, and never over an existing one; `false` when there was one.
    pub(crate) fn create(&self, key: &SymmetricKey) -> Result<bool, CryptoError> {
        let directory = self.lock_directory()?;
        let text = Zeroizing::new(format!("{HEAD}{}\n", *line_of(key)));
        let draft = self.write_draft(&text)?;
        // A link, unlike a rename, fails where something exists: no race can lose a key.
        let linked = fs::hard_link(&draft, &self.path);
        fs::remove_file(&draft).map_err(|error| self.failed("written", &error))?;
        let created = match linked {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(self.failed("created", &error)),
        };
        directory
            .sync_all()
            .map_err(|error| self.failed("written", &error))?;
        Ok(created)
    }

    /// Puts `key` before the others, atomically.
    pub(crate) fn add_current(&self, key: &SymmetricKey) -> Result<KeyId, CryptoError> {
        let directory = self.lock_directory()?;
        let mut loaded = self.load()?;
        let id = MasterKeyring::id_of(key);
        if loaded.keyring.knows(id) {
            return Err(self.refused(&format!("already holds {id}"), "add a new key"));
        }
        let first = loaded
            .lines
            .iter()
            .position(|(key, _)| key.is_some())
            .unwrap_or_default();
        loaded.lines.insert(first, (Some(id), line_of(key)));
        self.replace(&self.path, &joined(&loaded.lines), &directory)?;
        Ok(id)
    }

    /// Moves a previous key to `<file>.retired-<id>`, which keeps it for old backups. A crash in between leaves
    /// it in both, and running it again ends the move.
    pub(crate) fn retire(&self, id: KeyId) -> Result<(), CryptoError> {
        let directory = self.lock_directory()?;
        let mut loaded = self.load()?;
        if loaded.keyring.current() == id {
            return Err(self.refused(
                &format!("has {id} as its current key"),
                "add a new key before this one is retired",
            ));
        }
        if !loaded.keyring.knows(id) {
            return Err(CryptoError::UnknownKey(id));
        }
        let (retired, kept) = loaded
            .lines
            .drain(..)
            .partition::<Vec<_>, _>(|(key, _)| *key == Some(id));
        let aside = self.beside(&format!("retired-{id}"));
        self.replace(&aside, &joined(&retired), &directory)?;
        self.replace(&self.path, &joined(&kept), &directory)
    }

    fn replace(&self, target: &Path, text: &str, directory: &File) -> Result<(), CryptoError> {
        let draft = self.write_draft(text)?;
        fs::rename(&draft, target)
            .and_then(|()| directory.sync_all())
            .map_err(|error| self.failed("written", &error))
    }

    /// Writes `<file>.draft`, mode 0600, down to the disk. The lock on the directory makes it ours alone, so one
    /// that lies there was left by a crash.
    fn write_draft(&self, text: &str) -> Result<PathBuf, CryptoError> {
        let draft = self.beside("draft");
        let written = match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&draft)
                .and_then(|mut file| {
                    self.keep_owner(&file)?;
                    file.write_all(text.as_bytes())?;
                    file.sync_all()
                }),
        };
        written.map_err(|error| self.failed("written", &error))?;
        Ok(draft)
    }

    /// Gives `draft` the owner of the file that it replaces: when root rotates, the server must not be locked out.
    fn keep_owner(&self, draft: &File) -> io::Result<()> {
        let before = match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            before => before?,
        };
        let now = draft.metadata()?;
        if (before.uid(), before.gid()) == (now.uid(), now.gid()) {
            return Ok(());
        }
        fchown(draft, Some(before.uid()), Some(before.gid()))
    }

    fn lock_directory(&self) -> Result<File, CryptoError> {
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        File::open(directory)
            .and_then(|handle| handle.lock().map(|()| handle))
            .map_err(|error| self.failed("written", &error))
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(suffix);
        PathBuf::from(name)
    }

    fn refused(&self, what: &str, mend: &str) -> CryptoError {
        CryptoError::Provider(format!(
            "master key file {} {what}: {mend}",
            self.path.display()
        ))
    }

    fn failed(&self, verb: &str, error: &io::Error) -> CryptoError {
        // The kind alone: the text of an error of the system may name things that are not ours to print.
        CryptoError::Provider(format!(
            "master key file {} cannot be {verb} ({}): check its directory and its owner",
            self.path.display(),
            error.kind()
        ))
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            size: metadata.size(),
        }
    }
}

fn line_of(key: &SymmetricKey) -> Zeroizing<String> {
    let encoded = Zeroizing::new(STANDARD.encode(key.expose()));
    Zeroizing::new(format!("{TAG} {} {}", MasterKeyring::id_of(key), *encoded))
}

fn joined(lines: &[(Option<KeyId>, Zeroizing<String>)]) -> Zeroizing<String> {
    let length = lines.iter().map(|(_, line)| line.len() + 1).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for (_, line) in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}
