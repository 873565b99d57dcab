//! Mail into a folder: for a server without SMTP, and for trying things out.

use crate::{Sender, compose};
use async_trait::async_trait;
use oneclaw_services::{DeliveryError, Letter, Mailer};
use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Writes each letter to a file of its own, `<id>.eml` (RFC 5322), mode 0600, in a folder of mode
/// 0700. Nothing serves the folder; whoever may read it passes the letters on.
#[derive(Clone, Debug)]
pub struct FolderMailer {
    folder: PathBuf,
    from: Sender,
}

impl FolderMailer {
    /// Mail into this folder. It is made, or closed to others, when there is mail.
    pub const fn new(folder: PathBuf, from: Sender) -> Self {
        Self { folder, from }
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn deliver(&self, letter: &Letter) -> Result<(), DeliveryError> {
        let message = compose::message(letter, &self.from)?.formatted();
        let (folder, name) = (self.folder.clone(), format!("{}.eml", letter.id));
        let writing = tokio::task::spawn_blocking(move || write(&folder, &name, &message));
        match writing.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(later(&error)),
            Err(error) => Err(later(&io::Error::other(error))),
        }
    }

    fn describe(&self) -> String {
        format!("files in {}", self.folder.display())
    }

    fn reaches_people(&self) -> bool {
        false
    }
}

fn later(error: &io::Error) -> DeliveryError {
    DeliveryError::Later(format!("the mail folder cannot be written to: {error}"))
}

/// The whole file or none, on disk when it returns. A repeat replaces the same file.
fn write(folder: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    // made with mode 0600
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(message)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{letter, sender};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn mail_05_files_are_private_and_named_by_the_id_alone() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/mail");
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let mailer = FolderMailer::new(folder.clone(), sender());
        for _ in 0..2 {
            mailer.deliver(&letter()).await.unwrap();
        }
        let names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["018f6f2e-7c1a-7a3b-9c1d-0123456789ab.eml"]);
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join(&names[0])), 0o600);
        let text = fs::read_to_string(folder.join(&names[0])).unwrap();
        assert!(text.contains("To: ada@example.test\r\n"), "{text}");
        assert!(!mailer.reaches_people());
    }

    #[tokio::test]
    async fn mail_03_a_folder_that_cannot_be_made_is_told_without_the_letter() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        let mailer = FolderMailer::new(file.join("mail"), sender());
        let Err(DeliveryError::Later(reason)) = mailer.deliver(&letter()).await else {
            panic!("it was delivered to nowhere");
        };
        assert!(!reason.contains("ada"), "{reason}");
    }
}
