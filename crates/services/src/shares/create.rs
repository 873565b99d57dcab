//! Somebody shares a secret.

use super::{Shares, mail};
use crate::Refusal;
use crate::access::Caller;
use crate::auth::Counter;
use crate::core::{Core, Step, boxed, require};
use oneclaw_crypto::{SecretText, random};
use oneclaw_domain::{
    AgentId, AuditEvent, AuditResource, Email, IpAllowlist, MaxAccessCount, OrgId, Passphrase,
    Principal, Recipient, RecipientKind, ResourceKind, SHARE_HOURS, SecretId, Share, ShareId,
    Timestamp, UserId, VersionState,
};
use oneclaw_policy::{Access, CreateShare, Facts, InOrg, Missing, ReadSecret, SecretAt};
use oneclaw_storage::{LockMode, Recorded, Tx};
use uuid::Builder;

/// To whom somebody shares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShareTo {
    /// A person of the same organization.
    User(UserId),
    /// An agent of the same organization.
    Agent(AgentId),
    /// The person behind the agent that shares.
    Creator,
    /// Whoever has proved this address.
    Email(Email),
    /// Whoever has the link.
    Link,
}

impl ShareTo {
    const fn kind(&self) -> RecipientKind {
        match self {
            Self::User(_) => RecipientKind::User,
            Self::Agent(_) => RecipientKind::Agent,
            Self::Creator => RecipientKind::Creator,
            Self::Email(_) => RecipientKind::Email,
            Self::Link => RecipientKind::Link,
        }
    }
}

/// When a share shall stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShareUntil {
    /// At this moment.
    At(Timestamp),
    /// So many hours from now.
    Hours(i64),
}

impl Default for ShareUntil {
    fn default() -> Self {
        Self::Hours(SHARE_HOURS)
    }
}

/// What to share, with whom, and how.
#[derive(Debug)]
pub struct CreateShareCommand {
    /// The secret, whose newest version is shared.
    pub secret: SecretId,
    /// To whom.
    pub to: ShareTo,
    /// When it stops.
    pub until: ShareUntil,
    /// How often it may be read.
    pub max_access_count: Option<MaxAccessCount>,
    /// What is asked for before it is read.
    pub passphrase: Option<Passphrase>,
    /// From where it may be read.
    pub ip_allowlist: Option<IpAllowlist>,
    /// Whether who shares is told by mail when it is read.
    pub notifies: bool,
    /// Whether readers of a link are told the name of who shares.
    pub names_maker: bool,
}

impl Shares {
    /// Shares a secret. The share is never stronger than what its maker may read.
    ///
    /// # Errors
    /// No such secret or recipient in the caller's organization; no right to read it; a recipient
    /// that the caller cannot share with; an end in the past; the secret was deleted; too many
    /// shares.
    pub async fn create(
        &self,
        command: CreateShareCommand,
        caller: &Caller,
    ) -> Result<Recorded<Share>, Refusal> {
        let resource = AuditResource::new(ResourceKind::Secret, &command.secret);
        let mut event = self
            .event::<CreateShare>(resource, caller)
            .with("recipient_type", command.to.kind().as_str());
        let done = boxed(self.try_create(command, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: CreateShareCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Share>> {
        let core = &*self.core;
        let (store, now) = (&core.seams.store, core.now());
        core.gate.confirm(store, caller, now).await?;
        let expires_at = fits(&command, caller, now)?;
        let at = readable(core, command.secret, caller, event).await?;
        // judged first, so that only who may share uses up the organization's tries
        count(core, caller.org(), &command.to).await?;
        let hash = match &command.passphrase {
            Some(words) => Some(core.share_hasher.hash(text(words)).await?),
            None => None,
        };
        let mut tx = store.begin().await?;
        let access = core
            .gate
            .judge_in::<CreateShare>(&mut *tx, caller, at, LockMode::Shared, core.now())
            .await?;
        let recipient = recipient(&mut *tx, access.in_org(), &command.to, caller).await?;
        if !tx.shares().lock_secret(&access, command.secret).await? {
            return Err(Refusal::Gone(VersionState::Deleted).into());
        }
        let share = new_share(core, command, (recipient, expires_at), &access)?;
        tx.shares().insert(&access, &share, hash.as_deref()).await?;
        let _posted = mail::send(core, &mut *tx, &access, &share).await?;
        event.resource = AuditResource::new(ResourceKind::Share, &share.id);
        Ok(tx.commit(told(event, &share)).await?.yields(share))
    }
}

/// What can be said of a command by who gives it, before anything is looked up; gives the end.
fn fits(command: &CreateShareCommand, caller: &Caller, now: Timestamp) -> Step<Timestamp> {
    let expires_at = match command.until {
        ShareUntil::At(end) => end,
        ShareUntil::Hours(hours) => now.plus_seconds(hours.saturating_mul(3600)),
    };
    require("expires_at", expires_at > now, "must be in the future")?;
    let is_agent = caller.agent().is_some();
    match command.to {
        ShareTo::Creator => require(
            "recipient_type",
            is_agent,
            "creator is the person behind an agent: only agents share with it",
        )?,
        ShareTo::Email(_) if is_agent => return Err(Refusal::Denied(Missing::Person).into()),
        _ => {}
    }
    Ok(expires_at)
}

/// Counts a share for the organization. One that goes to an address by mail counts as invitations
/// do, too: no more strangers are written to by sharing than by inviting.
async fn count(core: &Core, org: OrgId, to: &ShareTo) -> Step<()> {
    let (org, settings) = (org.to_string(), &core.settings);
    Counter::new(core, "shares by", &org, settings.shares)
        .count(core)
        .await?;
    if matches!(to, ShareTo::Email(_)) {
        Counter::new(core, "mailed shares by", &org, settings.invites)
            .count(core)
            .await?;
    }
    Ok(())
}

/// Where the secret lies, if the caller may read its newest value: whoever is limited to use values
/// of a kind without seeing them does not see them by way of a share either.
async fn readable(
    core: &Core,
    secret: SecretId,
    caller: &Caller,
    event: &mut AuditEvent,
) -> Step<SecretAt> {
    let store = &core.seams.store;
    let mut reader = store.read().await?;
    let located = reader.shares().locate(caller.org(), secret).await?;
    let at = located.ok_or(Refusal::NotFound)?;
    *event = event
        .clone()
        .with("vault_id", at.vault.to_string())
        .with("path", at.path.as_str());
    let found = reader.secrets().find_latest(&at).await?;
    drop(reader);
    let found = found.ok_or(Refusal::NotFound)?;
    let seen = (found.epoch, Facts::vault(found.vault.as_ref()));
    let access = core
        .gate
        .judge::<ReadSecret>(store, caller, at.clone(), seen, core.now())
        .await?;
    let row = found.row.and_then(|row| row.open(&access));
    let row = row.ok_or(Refusal::NotFound)?;
    access.may_reveal(&row.version.kind)?;
    if row.version.deleted {
        return Err(Refusal::Gone(VersionState::Deleted).into());
    }
    Ok(at)
}

/// Whom a share is for, if the organization has them.
async fn recipient(tx: &mut dyn Tx, org: InOrg, to: &ShareTo, caller: &Caller) -> Step<Recipient> {
    const NOBODY: &str = "the person behind this agent is not in the organization any more";
    let org = org.org();
    match to {
        ShareTo::User(user) => {
            let role = tx.access().member_role(org, *user).await?;
            role.ok_or(Refusal::NotFound)?;
            Ok(Recipient::User(*user))
        }
        ShareTo::Agent(agent) => {
            let found = tx.access().agent_owner(org, *agent).await?;
            found.and_then(|found| found.1).ok_or(Refusal::NotFound)?;
            Ok(Recipient::Agent(*agent))
        }
        ShareTo::Creator => {
            let itself = caller.itself().agent;
            let found = tx.access().agent_owner(org, itself).await?;
            let made = found.and_then(|found| found.1?.created_by);
            let role = match made {
                Some(user) => tx.access().member_role(org, user).await?,
                None => None,
            };
            require("recipient_type", role.is_some(), NOBODY)?;
            Ok(Recipient::Creator(made.ok_or(Refusal::NotFound)?))
        }
        ShareTo::Email(email) => Ok(Recipient::Email(email.clone())),
        ShareTo::Link => Ok(Recipient::Link),
    }
}

fn new_share(
    core: &Core,
    command: CreateShareCommand,
    (recipient, expires_at): (Recipient, Timestamp),
    access: &Access<CreateShare>,
) -> Result<Share, Refusal> {
    let at = access.on();
    let created_by = access.principal().ok_or(Refusal::NotFound)?;
    // not of the ids that the product counts up: for a link, the id alone opens the share
    let id = Builder::from_random_bytes(*random::<16>()?).into_uuid();
    Ok(Share {
        id: ShareId::from_uuid(id),
        org: at.org,
        vault: at.vault,
        secret: command.secret,
        path: at.path.clone(),
        recipient,
        has_passphrase: command.passphrase.is_some(),
        ip_allowlist: command.ip_allowlist,
        max_access_count: command.max_access_count,
        access_count: 0,
        expires_at,
        created_by,
        created_at: core.now(),
        accepted: false,
        declined: false,
        notifies: command.notifies,
        names_maker: command.names_maker,
    })
}

fn told(event: &AuditEvent, share: &Share) -> AuditEvent {
    let event = event
        .clone()
        .with("secret_id", share.secret.to_string())
        .with("expires_at", share.expires_at.to_string())
        .with("passphrase", share.has_passphrase);
    let event = match share.max_access_count {
        Some(max) => event.with("max_access_count", max.get()),
        None => event,
    };
    match (share.recipient.principal(), share.recipient.email()) {
        (Some(Principal::User(id)), _) => event.with("recipient_id", id.to_string()),
        (Some(Principal::Agent(id)), _) => event.with("recipient_id", id.to_string()),
        (None, Some(email)) => event.with("recipient_email", email.as_str()),
        (None, None) => event,
    }
}

/// For the hasher, which wipes it.
pub(super) fn text(passphrase: &Passphrase) -> SecretText {
    SecretText::new(passphrase.expose().to_owned())
}
