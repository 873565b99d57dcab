//! Lists of shares, newest first, each behind the last of the page before.

use super::rows::ShareRow;
use crate::query::{load, one_more};
use crate::schema::{secrets, shares};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{Email, OrgId, Page, PageSize, Principal, Share, ShareReader};
use oneclaw_storage::{ShareCursor, StorageError};

/// The rows of those that `$whose` picks.
macro_rules! page_of {
    ($session:expr, $whose:expr, $after:expr, $size:expr) => {{
        let query = shares::table
            .inner_join(
                secrets::table.on(secrets::org_id
                    .eq(shares::org_id)
                    .and(secrets::vault_id.eq(shares::vault_id))
                    .and(secrets::id.eq(shares::secret_id))),
            )
            .filter($whose)
            .filter(shares::revoked_at.is_null())
            .order((shares::created_at.desc(), shares::id.desc()))
            .limit(one_more($size));
        match $after {
            None => load!(
                $session,
                "shares",
                query.select((ShareRow::as_select(), secrets::path))
            ),
            Some(ShareCursor { created_at, id }) => {
                let (at, id) = (StoredTime::from(created_at), StoredId::from(id));
                let behind = shares::created_at
                    .lt(at)
                    .or(shares::created_at.eq(at).and(shares::id.lt(id)));
                load!(
                    $session,
                    "shares",
                    query
                        .filter(behind)
                        .select((ShareRow::as_select(), secrets::path))
                )
            }
        }
    }};
}

fn parse(rows: Vec<(ShareRow, String)>, size: PageSize) -> Result<Page<Share>, StorageError> {
    let found = rows.into_iter().map(|(row, path)| row.at(&path));
    Ok(Page::cut(found.collect::<Result<_, _>>()?, size))
}

impl Session {
    pub(super) async fn shares_made_by(
        &mut self,
        org: OrgId,
        maker: Principal,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError> {
        let whose = shares::org_id
            .eq(StoredId::from(org))
            .and(shares::created_by.eq(maker.to_string()));
        parse(page_of!(self, whose, after, size)?, size)
    }

    /// A principal is somebody in their own organization alone; a proved address is the same
    /// person's everywhere.
    pub(super) async fn shares_given_to(
        &mut self,
        org: OrgId,
        reader: &ShareReader,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError> {
        // Nothing equals NULL, so that what a reader does not have finds nothing.
        let principal = reader.principal.map(|whom| whom.to_string());
        let email = reader.proved_email.as_ref().map(Email::as_str);
        let named = shares::org_id
            .eq(StoredId::from(org))
            .nullable()
            .and(shares::recipient.eq(principal));
        let addressed = shares::recipient_email.eq(email);
        let whose = named.or(addressed).and(shares::declined_at.is_null());
        parse(page_of!(self, whose, after, size)?, size)
    }
}
