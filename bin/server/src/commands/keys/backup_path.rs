//! `oneclaw keys backup-path`: the file without which no secret can be read.

use crate::configuration::{Configuration, MasterKeySource};
use crate::failure::Failure;

/// Prints the path, and nothing else, so that scripts can use it.
///
/// # Errors
/// The master key is not in a file, or the file is not there yet.
pub(crate) fn run(configuration: &Configuration) -> Result<(), Failure> {
    let MasterKeySource::File(path) = &configuration.master_key else {
        return Err(Failure::Refused(
            "the master key is in the environment: there is no file to back up".to_owned(),
        ));
    };
    let path = std::fs::canonicalize(path).map_err(|error| {
        Failure::Refused(format!("master key file {} cannot be found ({error}): start the server once, or set master_key_file", path.display()))
    })?;
    println!("{}", path.display());
    Ok(())
}
