//! The directory for the embedded store and the master key file.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

/// Why the directory cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("data directory {directory} {reason}; set data_dir to one that this user can write to", directory = .directory.display())]
pub(crate) struct DataDirError {
    directory: PathBuf,
    reason: String,
}

/// Makes it, mode 0700, if it is not there, and sees to it that it can be written to.
///
/// # Errors
/// [`DataDirError`] with the mend.
pub(crate) fn prepare(directory: &Path) -> Result<(), DataDirError> {
    let refused = |reason: String| DataDirError {
        directory: directory.to_owned(),
        reason,
    };
    match fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(refused("is not a directory".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(|error| refused(format!("cannot be made: {error}")))?,
        Err(error) => return Err(refused(format!("cannot be looked at: {error}"))),
    }
    rustix::fs::access(
        directory,
        Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK,
    )
    .map_err(|error| refused(format!("cannot be written to: {error}")))
}
