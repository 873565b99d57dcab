//! Shares, as they are stored.

use crate::error::corrupt;
use crate::schema::shares;
use crate::secrets::path_of;
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    Cidr, Email, IpAllowlist, MaxAccessCount, Principal, Recipient, RecipientKind, Share,
};
use oneclaw_storage::StorageError;
use serde_json::Value;

/// A share without its path and its passphrase's hash.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = shares, check_for_backend(Pg, Sqlite))]
pub(super) struct ShareRow {
    id: StoredId,
    pub(super) org_id: StoredId,
    pub(super) vault_id: StoredId,
    pub(super) secret_id: StoredId,
    recipient_type: String,
    recipient: Option<String>,
    recipient_email: Option<String>,
    #[diesel(select_expression = shares::passphrase_hash.is_not_null())]
    has_passphrase: bool,
    ip_allowlist: Option<StoredJson>,
    max_access_count: Option<i64>,
    access_count: i64,
    notifies: bool,
    names_maker: bool,
    created_by: String,
    created_at: StoredTime,
    expires_at: StoredTime,
    accepted_at: Option<StoredTime>,
    declined_at: Option<StoredTime>,
}

impl ShareRow {
    pub(super) fn at(self, path: &str) -> Result<Share, StorageError> {
        let recipient = recipient_of(
            &self.recipient_type,
            self.recipient.as_deref(),
            self.recipient_email.as_deref(),
        );
        Ok(Share {
            id: self.id.into(),
            org: self.org_id.into(),
            vault: self.vault_id.into(),
            secret: self.secret_id.into(),
            path: path_of(path)?,
            recipient: recipient.ok_or_else(|| corrupt("shares.recipient"))?,
            has_passphrase: self.has_passphrase,
            ip_allowlist: self.ip_allowlist.map(addresses_of).transpose()?,
            max_access_count: self
                .max_access_count
                .map(MaxAccessCount::new)
                .transpose()
                .map_err(|_| corrupt("shares.max_access_count"))?,
            access_count: self.access_count,
            expires_at: self.expires_at.into(),
            created_by: Principal::parse(&self.created_by)
                .map_err(|_| corrupt("shares.created_by"))?,
            created_at: self.created_at.into(),
            accepted: self.accepted_at.is_some(),
            declined: self.declined_at.is_some(),
            notifies: self.notifies,
            names_maker: self.names_maker,
        })
    }
}

/// `None` = a row that says nothing that can be held to.
fn recipient_of(kind: &str, principal: Option<&str>, email: Option<&str>) -> Option<Recipient> {
    let kind = RecipientKind::parse(kind).ok()?;
    let principal = principal.map(Principal::parse).transpose().ok()?;
    match (kind, principal, email) {
        (RecipientKind::User, Some(Principal::User(user)), None) => Some(Recipient::User(user)),
        (RecipientKind::Creator, Some(Principal::User(user)), None) => {
            Some(Recipient::Creator(user))
        }
        (RecipientKind::Agent, Some(Principal::Agent(agent)), None) => {
            Some(Recipient::Agent(agent))
        }
        (RecipientKind::Email, None, Some(email)) => Email::parse(email).ok().map(Recipient::Email),
        (RecipientKind::Link, None, None) => Some(Recipient::Link),
        _ => None,
    }
}

/// Addresses are stored as an array of texts; anything else must not be read as "from anywhere".
fn addresses_of(json: StoredJson) -> Result<IpAllowlist, StorageError> {
    let unreadable = || corrupt("shares.ip_allowlist");
    let texts: Vec<String> = serde_json::from_value(json.0).map_err(|_| unreadable())?;
    let blocks = texts.iter().map(|text| Cidr::parse(text));
    let blocks = blocks.collect::<Result<_, _>>().map_err(|_| unreadable())?;
    IpAllowlist::new(blocks).map_err(|_| unreadable())
}

/// A share to add.
#[derive(Debug, Insertable)]
#[diesel(table_name = shares)]
pub(super) struct NewShareRow<'a> {
    id: StoredId,
    org_id: StoredId,
    vault_id: StoredId,
    secret_id: StoredId,
    recipient_type: &'static str,
    recipient: Option<String>,
    recipient_email: Option<&'a str>,
    passphrase_hash: Option<&'a str>,
    ip_allowlist: Option<StoredJson>,
    max_access_count: Option<i64>,
    access_count: i64,
    notifies: bool,
    names_maker: bool,
    created_by: String,
    created_at: StoredTime,
    expires_at: StoredTime,
}

impl<'a> NewShareRow<'a> {
    /// The row of a share of what lies in `org` and `vault`; nobody has taken or read it yet.
    pub(super) fn new(
        org: StoredId,
        vault: StoredId,
        share: &'a Share,
        passphrase_hash: Option<&'a str>,
    ) -> Self {
        let recipient = &share.recipient;
        Self {
            id: share.id.into(),
            org_id: org,
            vault_id: vault,
            secret_id: share.secret.into(),
            recipient_type: recipient.kind().as_str(),
            recipient: recipient.principal().map(|whom| whom.to_string()),
            recipient_email: recipient.email().map(Email::as_str),
            passphrase_hash,
            ip_allowlist: share.ip_allowlist.as_ref().map(|list| {
                let blocks = list.as_slice().iter();
                StoredJson(blocks.map(|block| Value::from(block.to_string())).collect())
            }),
            max_access_count: share.max_access_count.map(MaxAccessCount::get),
            access_count: 0,
            notifies: share.notifies,
            names_maker: share.names_maker,
            created_by: share.created_by.to_string(),
            created_at: share.created_at.into(),
            expires_at: share.expires_at.into(),
        }
    }
}
