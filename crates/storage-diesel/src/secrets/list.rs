//! Lists of paths and of versions. Ranges and not `LIKE`: on SQLite that would ignore case.

use super::rows::{VersionRow, path_of};
use crate::query::{load, one_more};
use crate::schema::{secret_versions, secrets};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{Page, PageSize, PathPrefix, SecretPath, SecretVersion, VersionNumber};
use oneclaw_policy::{Access, ListSecrets, SecretAt, VaultScope};
use oneclaw_storage::StorageError;

/// Above every path: paths are ASCII, and all their bytes are below this one.
const ABOVE_ALL: &str = "\u{7f}";

/// Most rows of one statement. Ours: each may bring 16 KiB of metadata.
const LARGEST_BATCH: i64 = 1_000;

/// Paths that are judged before others on this thread get their turn: each may take as many steps
/// as its caller has policies.
const JUDGED_AT_ONCE: usize = 32;

/// Paths from `start` on and below `end`.
#[derive(Debug, PartialEq, Eq)]
struct PathRange {
    start: String,
    end: String,
}

/// Where paths can lie that begin with `asked` and with one of `allowed`; in order, and none
/// within another, as `allowed` are.
fn ranges(asked: &PathPrefix, allowed: &[String]) -> Vec<PathRange> {
    let narrowed = allowed.iter().filter_map(|allowed| {
        if allowed.starts_with(asked.as_str()) {
            // What a pattern begins with is the beginning of a path.
            PathPrefix::parse(allowed).ok()
        } else {
            let within = asked.as_str().starts_with(allowed.as_str());
            within.then(|| asked.clone())
        }
    });
    narrowed
        .map(|prefix| PathRange {
            start: prefix.as_str().to_owned(),
            end: prefix.end().unwrap_or_else(|| ABOVE_ALL.to_owned()),
        })
        .collect()
}

impl Session {
    /// Live paths by the proof. Everything there is where the caller sees everything: then the
    /// first statement is the only one.
    pub(super) async fn paths_seen(
        &mut self,
        access: &Access<ListSecrets>,
        prefix: &PathPrefix,
        after: Option<&SecretPath>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        let ranges = ranges(prefix, &access.prefixes());
        let end = ranges.last().map_or("", |last| last.end.as_str());
        let mut after = after.map_or(String::new(), |path| path.as_str().to_owned());
        let mut many = one_more(size);
        let mut seen = Vec::new();
        // What lies between two ranges is jumped over once a batch has come to it.
        while let Some(range) = ranges.iter().find(|range| range.end > after) {
            let rows = self
                .paths_between(access.on(), [&range.start, &after, end], many)
                .await?;
            let was_last = i64::try_from(rows.len()).is_ok_and(|found| found < many);
            for (number, (path, row)) in rows.into_iter().enumerate() {
                if number % JUDGED_AT_ONCE == JUDGED_AT_ONCE - 1 {
                    tokio::task::yield_now().await;
                }
                let path = path_of(&path)?;
                path.as_str().clone_into(&mut after);
                if seen.len() <= size.get() && access.sees(&path) {
                    seen.push(row.at(path)?);
                }
            }
            if was_last || seen.len() > size.get() {
                break;
            }
            many = many.saturating_mul(2).min(LARGEST_BATCH).max(many);
            // On SQLite a batch is read in place: others on this thread get their turn.
            tokio::task::yield_now().await;
        }
        Ok(Page::cut(seen, size))
    }

    /// Live paths from `from` on, behind `after` and below `end`.
    async fn paths_between(
        &mut self,
        on: &VaultScope,
        [from, after, end]: [&str; 3],
        many: i64,
    ) -> Result<Vec<(String, VersionRow)>, StorageError> {
        let (org, vault) = (StoredId::from(on.org), StoredId::from(on.vault));
        load!(
            self,
            "secrets",
            secrets::table
                .inner_join(
                    secret_versions::table.on(secret_versions::org_id
                        .eq(secrets::org_id)
                        .and(secret_versions::vault_id.eq(secrets::vault_id))
                        .and(secret_versions::secret_id.eq(secrets::id))
                        .and(secret_versions::number.eq(secrets::latest_version)))
                )
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .filter(secrets::deleted_at.is_null())
                .filter(secrets::path.ge(from))
                .filter(secrets::path.lt(end))
                .filter(secrets::path.gt(after))
                .order(secrets::path.asc())
                .limit(many)
                .select((secrets::path, VersionRow::as_select()))
        )
    }

    pub(super) async fn versions_of(
        &mut self,
        on: &SecretAt,
        before: Option<VersionNumber>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        let (org, vault) = (StoredId::from(on.org), StoredId::from(on.vault));
        let before = before.map_or(i64::MAX, VersionNumber::get);
        let rows: Vec<VersionRow> = load!(
            self,
            "secret_versions",
            secrets::table
                .inner_join(
                    secret_versions::table.on(secret_versions::org_id
                        .eq(secrets::org_id)
                        .and(secret_versions::vault_id.eq(secrets::vault_id))
                        .and(secret_versions::secret_id.eq(secrets::id)))
                )
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .filter(secrets::path.eq(on.path.as_str()))
                .filter(secret_versions::deleted.eq(false))
                .filter(secret_versions::number.lt(before))
                .order(secret_versions::number.desc())
                .limit(one_more(size))
                .select(VersionRow::as_select())
        )?;
        let versions = rows.into_iter().map(|row| row.at(on.path.clone()));
        Ok(Page::cut(versions.collect::<Result<_, _>>()?, size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(asked: &str, allowed: &[&str]) -> Vec<String> {
        let allowed: Vec<String> = allowed.iter().map(|text| (*text).to_owned()).collect();
        let ranges = ranges(&PathPrefix::parse(asked).unwrap(), &allowed);
        let shown = ranges.iter().map(|r| format!("{}..{}", r.start, r.end));
        shown.collect()
    }

    #[test]
    fn ranges_are_where_both_agree() {
        for (asked, allowed, read_from) in [
            ("", &[""][..], &["..\u{7f}"][..]),
            ("", &[], &[]),
            ("app/", &[""], &["app/..app0"]),
            ("", &["app", "dev/x"], &["app..apq", "dev/x..dev/y"]),
            (
                "app",
                &["app/db", "app/web", "dev"],
                &["app/db..app/dc", "app/web..app/wec"],
            ),
            ("app/db/1", &["app", "dev"], &["app/db/1..app/db/2"]),
            ("prod", &["app", "dev"], &[]),
        ] {
            assert_eq!(read(asked, allowed), read_from, "{asked} in {allowed:?}");
        }
    }
}
