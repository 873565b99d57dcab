//! What decides beside who somebody is: policies and rules about addresses, each with the epoch in
//! which they were seen.

use crate::ip_rules::IpRuleRow;
use crate::policies::GrantRow;
use crate::query::load;
use crate::schema::{ip_rules, orgs, policies};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{Epoch, Grant, IpRule, OrgId, Principal, VaultId};
use oneclaw_storage::StorageError;

/// The policies that name somebody; no epoch = no such organization.
#[derive(Default)]
pub(super) struct SeenGrants {
    pub(super) epoch: Option<Epoch>,
    pub(super) readable: Vec<Grant>,
    pub(super) unreadable: Vec<VaultId>,
}

/// An organization's rules; no epoch = no such organization.
#[derive(Default)]
pub(super) struct SeenRules {
    pub(super) epoch: Option<Epoch>,
    pub(super) is_platform: bool,
    pub(super) rules: Vec<IpRule>,
}

impl SeenGrants {
    /// A row that cannot be read is no failure of the others: it denies everything on its vault.
    fn add(&mut self, row: GrantRow) {
        let (policy, vault) = (row.id(), row.vault());
        match row.parse() {
            Ok(grant) => self.readable.push(grant),
            Err(place) => {
                tracing::error!(%policy, %vault, place, "a policy cannot be read");
                self.unreadable.push(vault);
            }
        }
    }
}

impl Session {
    pub(super) async fn grants_of(
        &mut self,
        org: OrgId,
        who: Principal,
    ) -> Result<SeenGrants, StorageError> {
        let (org, who) = (StoredId::from(org), who.to_string());
        let rows: Vec<(i64, Option<GrantRow>)> = load!(
            self,
            "policies",
            orgs::table
                .left_join(
                    policies::table.on(policies::org_id
                        .eq(orgs::id)
                        .and(policies::principal.eq(&who)))
                )
                .filter(orgs::id.eq(org))
                .select((orgs::authz_epoch, Option::<GrantRow>::as_select()))
        )?;
        let mut seen = SeenGrants::default();
        for (epoch, row) in rows {
            seen.epoch = Some(Epoch(epoch));
            if let Some(row) = row {
                seen.add(row);
            }
        }
        Ok(seen)
    }

    pub(super) async fn ip_rules_of(&mut self, org: OrgId) -> Result<SeenRules, StorageError> {
        let org = StoredId::from(org);
        let rows: Vec<(i64, bool, Option<IpRuleRow>)> = load!(
            self,
            "ip_rules",
            orgs::table
                .left_join(ip_rules::table.on(ip_rules::org_id.eq(orgs::id)))
                .filter(orgs::id.eq(org))
                .select((
                    orgs::authz_epoch,
                    orgs::is_platform,
                    Option::<IpRuleRow>::as_select()
                ))
        )?;
        let mut seen = SeenRules::default();
        for (epoch, is_platform, row) in rows {
            seen.epoch = Some(Epoch(epoch));
            seen.is_platform = is_platform;
            if let Some(row) = row {
                seen.rules.push(row.parse()?);
            }
        }
        Ok(seen)
    }
}
