//! CRY-03, CRY-04, CRY-05: the master key file as an operator and a crash treat it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use oneclaw_crypto::{Context, CryptoError, FileKeyProvider, KeyId, KeyProvider, SymmetricKey};

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
        (
            format!("# c\n{}", key_line.replace("-1 ", "-2 ")),
            "at line 2",
        ),
        (format!("{key_line} more"), "at line 1"),
        (format!("{key_line}\n{key_line}"), "is given twice"),
        (
            key_line
                .replacen(|c: char| "01234567".contains(c), "8", 2)
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
            let start = || {
                FileKeyProvider::open_or_create(place.file())
                    .unwrap()
                    .current()
            };
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

    let new_id = one
        .add_current(SymmetricKey::generate().unwrap())
        .await
        .unwrap();
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
    let new_id = one
        .add_current(SymmetricKey::generate().unwrap())
        .await
        .unwrap();
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
    let new = provider
        .add_current(SymmetricKey::generate().unwrap())
        .await
        .unwrap();
    provider.retire(old).await.unwrap();

    assert_eq!(provider.ids(), vec![new]);
    assert!(!provider.knows(old).await);
    assert_eq!(
        provider
            .unwrap(&Context::new("kek"), &wrapped)
            .await
            .unwrap_err(),
        CryptoError::UnknownKey(old)
    );
    assert_eq!(
        provider.retire(old).await,
        Err(CryptoError::UnknownKey(old))
    );
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
    let id = provider
        .add_current(SymmetricKey::generate().unwrap())
        .await
        .unwrap();
    assert_eq!(FileKeyProvider::open(place.file()).unwrap().current(), id);
    assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn rotation_keeps_the_owner_of_the_file() {
    let place = Place::new();
    let provider = FileKeyProvider::create(place.file()).unwrap();
    // Only root may give a file away; for others the owner stays who it is anyway.
    let given = chown(place.file(), Some(4242), Some(4343)).is_ok();
    let owner = || fs::metadata(place.file()).map(|metadata| (metadata.uid(), metadata.gid()));
    let before = owner().unwrap();
    assert_eq!(given, before == (4242, 4343));
    let new = SymmetricKey::generate().unwrap();
    provider.add_current(new).await.unwrap();
    assert_eq!(owner().unwrap(), before);
    assert_eq!(mode(&place.file()), 0o600);
}
