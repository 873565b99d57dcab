//! Reads of policies.

use super::rows::{PolicyRow, policy_of};
use crate::query::{fetch, find, load, one_more};
use crate::schema::policies;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{Page, PageSize, Policy, PolicyId, Principal};
use oneclaw_policy::{Access, InOrg, InVault, ListPolicies};
use oneclaw_storage::{PolicyCursor, ReadPolicies, StorageError};

/// The rows of a query behind a cursor.
macro_rules! behind {
    ($session:expr, $query:expr, $after:expr) => {{
        let query = $query;
        match $after {
            None => load!($session, "policies", query.select(PolicyRow::as_select())),
            Some(PolicyCursor { created_at, id }) => {
                let (at, id) = (StoredTime::from(created_at), StoredId::from(id));
                let later = policies::created_at
                    .gt(at)
                    .or(policies::created_at.eq(at).and(policies::id.gt(id)));
                load!(
                    $session,
                    "policies",
                    query.filter(later).select(PolicyRow::as_select())
                )
            }
        }
    }};
}

impl Session {
    async fn policy_rows(
        &mut self,
        access: &Access<ListPolicies>,
        after: Option<PolicyCursor>,
        many: i64,
    ) -> Result<Vec<PolicyRow>, StorageError> {
        let on = access.in_vault();
        let all = policies::table
            .filter(policies::org_id.eq(StoredId::from(on.org())))
            .filter(policies::vault_id.eq(StoredId::from(on.vault())))
            .order((policies::created_at.asc(), policies::id.asc()))
            .limit(many);
        if access.manages_vault() {
            return behind!(self, all, after);
        }
        // nobody named is named by none
        let who = access
            .principal()
            .map_or(String::new(), |who| who.to_string());
        behind!(self, all.filter(policies::principal.eq(who)), after)
    }
}

#[async_trait]
impl ReadPolicies for Session {
    async fn list(
        &mut self,
        access: &Access<ListPolicies>,
        after: Option<PolicyCursor>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError> {
        let many = one_more(size);
        let (mut found, mut after) = (Vec::new(), after);
        // a row that cannot be read takes no room on a page, and does not end the list
        while found.len() <= size.get() {
            let rows = self.policy_rows(access, after, many).await?;
            let is_last = i64::try_from(rows.len()).is_ok_and(|got| got < many);
            after = rows.last().map(PolicyRow::cursor);
            found.extend(rows.into_iter().filter_map(|row| row.parse().ok()));
            if is_last {
                break;
            }
        }
        Ok(Page::cut(found, size))
    }

    async fn find(
        &mut self,
        on: InVault,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError> {
        let row: Option<PolicyRow> = find!(
            self,
            "policies",
            policy_of!(on, policy).select(PolicyRow::as_select())
        )?;
        row.map(PolicyRow::parse).transpose()
    }

    async fn count_about(&mut self, org: InOrg, who: Principal) -> Result<i64, StorageError> {
        let org = StoredId::from(org.org());
        fetch!(
            self,
            "policies",
            policies::table
                .filter(policies::org_id.eq(org))
                .filter(policies::principal.eq(who.to_string()))
                .count()
        )
    }

    async fn count_on(&mut self, on: InVault) -> Result<i64, StorageError> {
        let (org, vault) = (StoredId::from(on.org()), StoredId::from(on.vault()));
        fetch!(
            self,
            "policies",
            policies::table
                .filter(policies::org_id.eq(org))
                .filter(policies::vault_id.eq(vault))
                .count()
        )
    }
}
