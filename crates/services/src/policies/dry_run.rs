//! Somebody who manages a vault asks what a change of policies would have let through or stopped.

use super::room::{room_about, room_on};
use super::terms::{never_holding, past, refuse, unknown_principal};
use super::{Policies, PolicyChange};
use crate::access::{Caller, standing};
use crate::core::{Step, Stop};
use crate::{FieldError, Refusal};
use oneclaw_domain::{
    AuditEvent, Circumstances, Grant, GrantTerms, Invalid, Permission, Policy, PolicyId, Principal,
    SecretPath, Timestamp, VaultId, VaultOwner,
};
use oneclaw_policy::{
    Access, Action, DeleteSecret, DisableVersion, DryRunPolicy, Grants, ListVersions, Need,
    ReadSecret, RotateSecret, Standing, VaultScope, WriteSecret, decide,
};
use oneclaw_storage::{Reader, RecordedAccess};
use std::collections::HashMap;
use std::net::IpAddr;
use uuid::Uuid;

/// Events that are looked at with one statement.
const BATCH: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// What is asked.
#[derive(Debug)]
pub struct DryRunCommand {
    /// The vault.
    pub vault: VaultId,
    /// What would change.
    pub proposal: Proposal,
    /// How far back to look, in days.
    pub days: i64,
}

/// What would change.
#[derive(Debug)]
pub enum Proposal {
    /// There would be one more policy.
    Create(Principal, Box<GrantTerms>),
    /// A policy would say something else.
    Update(PolicyId, Box<PolicyChange>),
    /// A policy would be gone.
    Delete(PolicyId),
}

/// What would be different.
#[derive(Debug)]
pub struct DryRun {
    /// For whom.
    pub principal: Principal,
    /// Since when recorded accesses were looked at.
    pub since: Timestamp,
    /// How many of them were to this vault.
    pub examined: i64,
    /// Whether that was all, and all that would flip is told.
    pub complete: bool,
    /// What would flip, the latest first.
    pub flips: Vec<Flip>,
}

/// Recorded accesses of one kind that would end otherwise.
#[derive(Debug)]
pub struct Flip {
    /// The path.
    pub path: SecretPath,
    /// What it took.
    pub permission: Permission,
    /// From where.
    pub ip: Option<IpAddr>,
    /// Whether it would be allowed; by today's policies it is the other way round.
    pub becomes_allowed: bool,
    /// How many.
    pub count: i64,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl Proposal {
    /// The member of the request that it is.
    const fn word(&self) -> &'static str {
        match self {
            Self::Create(..) => "create",
            Self::Update(..) => "update",
            Self::Delete(_) => "delete",
        }
    }
}

impl Policies {
    /// Judges the recorded accesses of the principal that the proposal is about, by today's
    /// policies and by those that there would be: each as if the same access came now from the same
    /// address. Whether the principal may act at all plays no part. Writes nothing but its event.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; a proposal that
    /// would be refused; too many dry runs of the organization under way.
    pub async fn dry_run(
        &self,
        command: DryRunCommand,
        caller: &Caller,
    ) -> Result<DryRun, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault: command.vault,
        };
        let word = command.proposal.word();
        let mut event = core
            .event::<DryRunPolicy>(caller, &on)
            .with("proposal", word);
        let done: Step<_> = async {
            let event: &mut AuditEvent = &mut event;
            let access = self.judge::<DryRunPolicy>(caller, &on).await?;
            let slot = self.running.enter(on.org);
            let _slot = slot.ok_or(Refusal::TooManyRequests { retry_after: 1 })?;
            let run = self.try_dry_run(command, &access).await?;
            let event = event
                .clone()
                .with("principal", run.principal.to_string())
                .with("examined", run.examined)
                .with("flips", run.flips.len());
            Ok(core.journal.record(event).await?.covers(run))
        }
        .await;
        core.settle(event, done).await
    }

    async fn try_dry_run(
        &self,
        command: DryRunCommand,
        access: &Access<DryRunPolicy>,
    ) -> Step<DryRun> {
        let now = self.core.now();
        let vault = access.vault().copied().ok_or(Refusal::NotFound)?;
        let mut reader = self.core.seams.store.read().await?;
        let word = command.proposal.word();
        let (principal, change) = propose(&mut *reader, access, command.proposal, now)
            .await
            .map_err(|stop| Stop {
                refusal: stop.refusal.within(word),
                ..stop
            })?;
        let org = access.org();
        let facts = reader.access().standing_of(org, principal).await?;
        let Some(facts) = facts else {
            return Err(Refusal::Invalid(vec![unknown_principal()])
                .within(word)
                .into());
        };
        let before = standing(org, principal, facts);
        let after = Standing {
            grants: change.on(&before.grants),
            ..before.clone()
        };
        let room = self.core.settings.dry_run_flips;
        let mut judged = Judged::new((&before, &after), &vault, now, room);
        let since = now.plus_seconds(-command.days * SECONDS_PER_DAY);
        let ended = self
            .examine(&mut *reader, access, (principal, since), &mut judged)
            .await?;
        Ok(DryRun {
            principal,
            since,
            examined: judged.examined,
            complete: ended && !judged.cut,
            flips: judged.flips,
        })
    }

    /// Reads batch after batch; tells whether that was all.
    async fn examine(
        &self,
        reader: &mut dyn Reader,
        access: &Access<DryRunPolicy>,
        (principal, since): (Principal, Timestamp),
        judged: &mut Judged<'_>,
    ) -> Step<bool> {
        let mut left = self.core.settings.dry_run_events;
        let mut before = None;
        while left > 0 {
            let examine = left.min(BATCH);
            let (found, end) = reader
                .audit()
                .accesses(access, principal, since, before, examine)
                .await?;
            for access in found {
                judged.add(access);
            }
            if end.is_none() {
                return Ok(true);
            }
            before = end;
            left -= examine;
        }
        Ok(false)
    }
}

/// What a proposal comes to.
enum Difference {
    With(Box<Grant>),
    Without(PolicyId),
}

impl Difference {
    fn on(self, grants: &Grants) -> Grants {
        match self {
            Self::With(grant) => grants.with(*grant),
            Self::Without(policy) => grants.without(policy),
        }
    }
}

/// Whom a proposal is about and what it changes, checked as if it were meant.
async fn propose(
    reader: &mut dyn Reader,
    access: &Access<DryRunPolicy>,
    proposal: Proposal,
    now: Timestamp,
) -> Step<(Principal, Difference)> {
    match proposal {
        Proposal::Create(principal, terms) => {
            let mut wrong = never_holding(&terms, principal);
            wrong.extend(past(&terms, now));
            refuse(wrong)?;
            room_about(reader.policies(), access.in_org(), principal).await?;
            room_on(reader.policies(), access.in_vault()).await?;
            let grant = Grant {
                policy: PolicyId::from_uuid(Uuid::nil()),
                vault: access.on().vault,
                terms: *terms,
            };
            Ok((principal, Difference::With(Box::new(grant))))
        }
        Proposal::Update(policy, change) => {
            let mut policy = find(reader, access, policy).await?;
            change.apply(&mut policy, now)?;
            let grant = Grant {
                policy: policy.id,
                vault: policy.vault,
                terms: policy.terms,
            };
            Ok((policy.principal, Difference::With(Box::new(grant))))
        }
        Proposal::Delete(policy) => {
            let policy = find(reader, access, policy).await?;
            Ok((policy.principal, Difference::Without(policy.id)))
        }
    }
}

async fn find(
    reader: &mut dyn Reader,
    access: &Access<DryRunPolicy>,
    policy: PolicyId,
) -> Step<Policy> {
    const UNKNOWN: Invalid = Invalid::new("no such policy on this vault");
    let found = reader.policies().find(access.in_vault(), policy).await?;
    Ok(found.ok_or_else(|| Refusal::Invalid(vec![FieldError::new("policy_id", &UNKNOWN)]))?)
}

/// What there is to judge of an access, now: of those of one kind one decision is enough.
type Kind = (SecretPath, Permission, Option<IpAddr>);

struct Judged<'a> {
    before: &'a Standing,
    after: &'a Standing,
    vault: &'a VaultOwner,
    now: Timestamp,
    /// Most flips that are told.
    room: usize,
    /// Where each kind stands among the flips; `None` = it does not flip, or is cut.
    kinds: HashMap<Kind, Option<usize>>,
    examined: i64,
    cut: bool,
    flips: Vec<Flip>,
}

impl<'a> Judged<'a> {
    fn new(
        (before, after): (&'a Standing, &'a Standing),
        vault: &'a VaultOwner,
        now: Timestamp,
        room: usize,
    ) -> Self {
        Self {
            before,
            after,
            vault,
            now,
            room,
            kinds: HashMap::new(),
            examined: 0,
            cut: false,
            flips: Vec::new(),
        }
    }

    /// Accesses come newest first.
    fn add(&mut self, access: RecordedAccess) {
        let Some(permission) = taken_by(&access.action) else {
            return;
        };
        self.examined += 1;
        let kind = (access.path, permission, access.ip);
        let place = match self.kinds.get(&kind) {
            Some(place) => *place,
            None => self.judge(kind, access.at),
        };
        if let Some(flip) = place.and_then(|place| self.flips.get_mut(place)) {
            flip.count += 1;
        }
    }

    fn judge(&mut self, kind: Kind, last_at: Timestamp) -> Option<usize> {
        let (path, permission, ip) = &kind;
        let at = Circumstances::new(self.now, *ip);
        let need = Need::of(*permission);
        let allows = |who| decide(who, &at, self.vault, path, need).allowed;
        let (is_allowed, becomes_allowed) = (allows(self.before), allows(self.after));
        let flips = is_allowed != becomes_allowed;
        let has_room = self.flips.len() < self.room;
        self.cut |= flips && !has_room;
        let place = (flips && has_room).then(|| {
            self.flips.push(Flip {
                path: path.clone(),
                permission: *permission,
                ip: *ip,
                becomes_allowed,
                count: 0,
                last_at,
            });
            self.flips.len() - 1
        });
        self.kinds.insert(kind, place);
        place
    }
}

/// What an action on a path takes, by its name.
fn taken_by(action: &str) -> Option<Permission> {
    match action {
        ReadSecret::NAME | ListVersions::NAME => Some(Permission::Read),
        WriteSecret::NAME => Some(Permission::Write),
        RotateSecret::NAME => Some(Permission::Rotate),
        DeleteSecret::NAME | DisableVersion::NAME => Some(Permission::Delete),
        _ => None,
    }
}
