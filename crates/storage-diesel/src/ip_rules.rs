//! Rules about callers' addresses.

use crate::error::corrupt;
use crate::query::{execute, load, one_more};
use crate::schema::{ip_rules, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{AppliesTo, Cidr, IpRule, IpRuleId, Page, PageSize, RuleLabel, RuleType};
use oneclaw_policy::{Access, CreateIpRule, DeleteIpRule, InAccount, InOrg, ListIpRules};
use oneclaw_storage::{IpRuleCursor, ReadIpRules, StorageError, WriteIpRules};

/// A rule.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = ip_rules, check_for_backend(Pg, Sqlite))]
pub(crate) struct IpRuleRow {
    id: StoredId,
    org_id: StoredId,
    rule_type: String,
    cidr: String,
    label: Option<String>,
    applies_to: String,
    created_by: Option<StoredId>,
    created_at: StoredTime,
}

impl IpRuleRow {
    pub(crate) fn parse(self) -> Result<IpRule, StorageError> {
        Ok(IpRule {
            id: self.id.into(),
            org: self.org_id.into(),
            rule: RuleType::parse(&self.rule_type).map_err(|_| corrupt("ip_rules.rule_type"))?,
            cidr: Cidr::parse(&self.cidr).map_err(|_| corrupt("ip_rules.cidr"))?,
            label: self
                .label
                .map(|label| RuleLabel::parse(&label))
                .transpose()
                .map_err(|_| corrupt("ip_rules.label"))?,
            applies_to: AppliesTo::parse(&self.applies_to)
                .map_err(|_| corrupt("ip_rules.applies_to"))?,
            created_by: self.created_by.map(Into::into),
            created_at: self.created_at.into(),
        })
    }
}

#[async_trait]
impl ReadIpRules for Session {
    async fn list(
        &mut self,
        access: &Access<ListIpRules>,
        after: Option<IpRuleCursor>,
        size: PageSize,
    ) -> Result<Page<IpRule>, StorageError> {
        let org = StoredId::from(access.on().org);
        let all = ip_rules::table
            .filter(ip_rules::org_id.eq(org))
            .order((ip_rules::created_at.asc(), ip_rules::id.asc()))
            .limit(one_more(size));
        let rows: Vec<IpRuleRow> = match after {
            None => load!(self, "ip_rules", all.select(IpRuleRow::as_select()))?,
            Some(cursor) => {
                let (at, id) = (
                    StoredTime::from(cursor.created_at),
                    StoredId::from(cursor.id),
                );
                let behind = ip_rules::created_at
                    .gt(at)
                    .or(ip_rules::created_at.eq(at).and(ip_rules::id.gt(id)));
                load!(
                    self,
                    "ip_rules",
                    all.filter(behind).select(IpRuleRow::as_select())
                )?
            }
        };
        let rules = rows.into_iter().map(IpRuleRow::parse);
        Ok(Page::cut(rules.collect::<Result<_, _>>()?, size))
    }
}

#[async_trait]
impl WriteIpRules for Session {
    async fn all(&mut self, org: InOrg) -> Result<Vec<IpRule>, StorageError> {
        let org = StoredId::from(org.org());
        let rows: Vec<IpRuleRow> = load!(
            self,
            "ip_rules",
            ip_rules::table
                .filter(ip_rules::org_id.eq(org))
                .order((ip_rules::created_at.asc(), ip_rules::id.asc()))
                .select(IpRuleRow::as_select())
        )?;
        rows.into_iter().map(IpRuleRow::parse).collect()
    }

    async fn insert(
        &mut self,
        access: &Access<CreateIpRule>,
        rule: &IpRule,
    ) -> Result<(), StorageError> {
        let row = IpRuleRow {
            id: rule.id.into(),
            org_id: access.on().org.into(),
            rule_type: rule.rule.as_str().to_owned(),
            cidr: rule.cidr.as_string(),
            label: rule.label.as_ref().map(|label| label.as_str().to_owned()),
            applies_to: rule.applies_to.as_str().to_owned(),
            created_by: rule.created_by.map(Into::into),
            created_at: rule.created_at.into(),
        };
        execute!(
            self,
            "ip_rules",
            diesel::insert_into(ip_rules::table).values(&row)
        )?;
        Ok(())
    }

    async fn delete(
        &mut self,
        access: &Access<DeleteIpRule>,
        rule: IpRuleId,
    ) -> Result<bool, StorageError> {
        let org = StoredId::from(access.on().org);
        let one = ip_rules::table
            .filter(ip_rules::org_id.eq(org))
            .filter(ip_rules::id.eq(StoredId::from(rule)));
        let deleted = execute!(self, "ip_rules", diesel::delete(one))?;
        Ok(deleted == 1)
    }

    async fn delete_of(&mut self, account: InAccount) -> Result<u64, StorageError> {
        let (org, user) = (
            StoredId::from(account.org()),
            StoredId::from(account.user()),
        );
        let others = users::table
            .filter(users::org_id.eq(org))
            .filter(users::id.ne(user))
            .select(users::id.nullable());
        let of_nobody_else = ip_rules::created_by
            .is_null()
            .or(ip_rules::created_by.ne_all(others));
        let theirs = ip_rules::table
            .filter(ip_rules::org_id.eq(org))
            .filter(of_nobody_else);
        Ok(execute!(self, "ip_rules", diesel::delete(theirs))? as u64)
    }

    async fn clear(&mut self, access: &Access<DeleteIpRule>) -> Result<i64, StorageError> {
        let org = StoredId::from(access.on().org);
        let all = ip_rules::table.filter(ip_rules::org_id.eq(org));
        let deleted = execute!(self, "ip_rules", diesel::delete(all))?;
        Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
    }
}
