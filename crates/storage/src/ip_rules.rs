//! Rules about callers' addresses.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{IpRule, IpRuleId, Page, PageSize, Timestamp};
use oneclaw_policy::{Access, CreateIpRule, DeleteIpRule, InAccount, InOrg, ListIpRules};

/// The last rule of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRuleCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: IpRuleId,
}

/// Reads of rules.
#[async_trait]
pub trait ReadIpRules: Send {
    /// The organization's rules, oldest first.
    async fn list(
        &mut self,
        access: &Access<ListIpRules>,
        after: Option<IpRuleCursor>,
        size: PageSize,
    ) -> Result<Page<IpRule>, StorageError>;
}

/// Writes to rules.
#[async_trait]
pub trait WriteIpRules: Send {
    /// The organization's rules, all of them.
    async fn all(&mut self, org: InOrg) -> Result<Vec<IpRule>, StorageError>;

    /// Adds a rule.
    async fn insert(
        &mut self,
        access: &Access<CreateIpRule>,
        rule: &IpRule,
    ) -> Result<(), StorageError>;

    /// Deletes a rule; tells whether there was one.
    async fn delete(
        &mut self,
        access: &Access<DeleteIpRule>,
        rule: IpRuleId,
    ) -> Result<bool, StorageError>;

    /// Deletes the rules that a member made, and those of people who are none any more; tells how
    /// many there were.
    async fn delete_of(&mut self, account: InAccount) -> Result<u64, StorageError>;

    /// Deletes all rules of the organization and tells how many there were.
    async fn clear(&mut self, access: &Access<DeleteIpRule>) -> Result<i64, StorageError>;
}
