//! What an error of the databases means to the contract.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use oneclaw_storage::StorageError;

/// The beginnings of messages by which Postgres says that it cannot serve now. The client library
/// hands on the message and not the SQLSTATE; these are classes 53, 57P, 40, 55P03 and 25006, and
/// a cached plan that a migration made stale.
const POSTGRES_UNAVAILABLE: [&str; 17] = [
    "terminating connection",
    "the database system is",
    "canceling statement due to",
    "canceling authentication",
    "sorry, too many clients",
    "too many connections",
    "remaining connection slots",
    "deadlock detected",
    "could not serialize",
    "could not obtain lock",
    "cannot execute",
    "out of memory",
    "out of shared memory",
    "could not extend file",
    "could not write",
    "could not fsync",
    "cached plan must not change result type",
];

/// The same for SQLite: `SQLITE_BUSY`, `FULL`, `IOERR`, `CANTOPEN`, `READONLY`.
const SQLITE_UNAVAILABLE: [&str; 7] = [
    "database is locked",
    "database table is locked",
    "database schema is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
];

/// By which SQLite says that its file is broken.
const SQLITE_CORRUPT: [&str; 2] = ["database disk image is malformed", "file is not a database"];

/// What a failed statement on `table` means, said in the log as well. Conflicts are answers; the
/// others are for whoever runs the server.
pub(crate) fn failure(table: &str, error: Error) -> StorageError {
    let error = translate(table, error);
    match &error {
        StorageError::Conflict(_) | StorageError::Unpaid(_) => {}
        StorageError::Unavailable(source) | StorageError::Backend(source) => {
            tracing::warn!(table, %error, %source, "a statement failed");
        }
        StorageError::Corrupt(_) => tracing::error!(table, %error, "a statement failed"),
    }
    error
}

fn translate(table: &str, error: Error) -> StorageError {
    match error {
        Error::DatabaseError(kind, ref info) => match kind {
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation => {
                StorageError::Conflict(constraint(table, info.as_ref()))
            }
            DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ClosedConnection => StorageError::Unavailable(Box::new(error)),
            _ if starts_with_any(info.message(), &SQLITE_CORRUPT) => {
                StorageError::Corrupt(format!("the file, at {table}"))
            }
            _ if is_unavailable(info.message()) => StorageError::Unavailable(Box::new(error)),
            _ => StorageError::Backend(Box::new(error)),
        },
        Error::DeserializationError(ref source) => {
            StorageError::Corrupt(format!("{table}{}", field(&source.to_string())))
        }
        Error::NotFound | Error::BrokenTransactionManager => {
            StorageError::Unavailable(Box::new(error))
        }
        _ => StorageError::Backend(Box::new(error)),
    }
}

/// Whether doing it all again may help.
pub(crate) fn is_retryable(error: &StorageError) -> bool {
    let StorageError::Unavailable(source) = error else {
        return false;
    };
    match source.downcast_ref::<Error>() {
        Some(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(Error::DatabaseError(_, info)) => info.message().starts_with("deadlock detected"),
        _ => false,
    }
}

/// Whether the connection on which it happened is of no more use.
pub(crate) fn breaks_connection(error: &Error) -> bool {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction,
            _,
        )
        | Error::BrokenTransactionManager => true,
        Error::DatabaseError(_, info) => {
            let message = info.message();
            message.starts_with("terminating connection")
                || message.starts_with("the database system is")
                || message.starts_with("cached plan")
        }
        _ => false,
    }
}

/// A value in a row that its type refuses. Names the place and not the content.
pub(crate) fn corrupt(place: &'static str) -> StorageError {
    StorageError::Corrupt(place.to_owned())
}

fn is_unavailable(message: &str) -> bool {
    starts_with_any(message, &POSTGRES_UNAVAILABLE) || starts_with_any(message, &SQLITE_UNAVAILABLE)
}

fn starts_with_any(message: &str, beginnings: &[&str]) -> bool {
    beginnings
        .iter()
        .any(|beginning| message.starts_with(beginning))
}

/// The violated constraint, by the name that Postgres gives it. SQLite names the columns instead
/// (`UNIQUE constraint failed: secrets.org_id, secrets.vault_id, secrets.path`), and for foreign keys nothing.
fn constraint(table: &str, info: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    if let Some(name) = info.constraint_name() {
        return name.to_owned();
    }
    let Some((_, columns)) = info.message().split_once("UNIQUE constraint failed: ") else {
        return format!("{table}_fkey");
    };
    let mut name = String::new();
    for column in columns.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or((table, column));
        if name.is_empty() {
            name.push_str(table);
        }
        name.push('_');
        name.push_str(column);
    }
    name + "_key"
}

/// The field that did not read, where diesel says which: what it says beyond may be content.
fn field(message: &str) -> String {
    let quoted = message
        .strip_prefix("Error deserializing field '")
        .and_then(|rest| rest.split_once('\''));
    quoted.map_or(String::new(), |(field, _)| format!(".{field}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(kind: DatabaseErrorKind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn conflicts_have_one_name_on_both_stores() {
        let error = database(
            DatabaseErrorKind::UniqueViolation,
            "UNIQUE constraint failed: secrets.org_id, secrets.vault_id, secrets.path",
        );
        assert!(
            matches!(translate("secrets", error), StorageError::Conflict(name) if name == "secrets_org_id_vault_id_path_key")
        );
    }

    #[test]
    fn flt_06_what_passes_is_unavailable() {
        for message in [
            "deadlock detected",
            "canceling statement due to lock timeout",
            "database is locked",
            "database or disk is full",
            "cached plan must not change result type",
            "terminating connection due to administrator command",
        ] {
            let error = translate("secrets", database(DatabaseErrorKind::Unknown, message));
            assert!(matches!(error, StorageError::Unavailable(_)), "{message}");
        }
        let error = translate(
            "secrets",
            database(DatabaseErrorKind::Unknown, "syntax error"),
        );
        assert!(matches!(error, StorageError::Backend(_)));
    }

    #[test]
    fn corrupt_rows_name_the_place_only() {
        let source = "Error deserializing field 'metadata': invalid value: string \"hunter2\"";
        let error = translate(
            "secret_versions",
            Error::DeserializationError(source.into()),
        );
        assert_eq!(
            error.to_string(),
            "a stored row is corrupt (secret_versions.metadata)"
        );
    }
}
