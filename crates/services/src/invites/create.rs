//! Somebody invites a person.

use super::Invites;
use super::mail::{self, Sending};
use crate::Refusal;
use crate::access::Caller;
use crate::auth::Counter;
use crate::core::{Core, Step};
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{AuditEvent, Email, INVITE_TTL, Invite, InviteId, Principal, Role};
use oneclaw_policy::{Access, CancelInvite, InviteAs, InviteMember};
use oneclaw_storage::{LockMode, Recorded, Tx};

/// The label under which the tokens of invitations are hashed.
pub(crate) const INVITE_LABEL: &str = "invite";

/// Whom to invite, and as what.
pub struct InviteCommand {
    /// Where they are reached.
    pub email: Email,
    /// The role that they get.
    pub role: Role,
}

/// An invitation that was made.
#[derive(Debug)]
pub struct Invited {
    /// The invitation.
    pub invite: Invite,
    /// The link that accepts it, where no mail takes it to the person: for the caller to pass on.
    pub link: Option<SecretText>,
}

impl Invites {
    /// Invites a person, in the place of an earlier invitation to the same address. The answer is
    /// the same whether the address has an account in another organization or not.
    ///
    /// # Errors
    /// The person is a member already; the role, or that of the earlier invitation, is not the
    /// caller's to give; too many invitations.
    pub async fn create(
        &self,
        command: InviteCommand,
        caller: &Caller,
    ) -> Result<Recorded<Invited>, Refusal> {
        let on = InviteAs {
            org: caller.org(),
            role: command.role,
        };
        let mut event = self.core.event::<InviteMember>(caller, &on);
        let done = self.try_create(command, on, caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: InviteCommand,
        on: InviteAs,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Invited>> {
        let core = &*self.core;
        let (now, store) = (core.now(), &core.seams.store);
        *event = event
            .clone()
            .with("email", command.email.as_str())
            .with("role", command.role.as_str());
        // judged first, so that only who may invite uses up the organization's tries
        let _may_invite = core
            .gate
            .judge_alone::<InviteMember>(store, caller, on.clone(), now)
            .await?;
        count(core, caller, &command.email).await?;
        let elsewhere = store.read().await?.users().is_taken(&command.email).await?;
        let token = random_token("")?;
        let mut tx = store.begin().await?;
        // exclusive, so that of two invitations of one address the later one stands
        let access = core
            .gate
            .judge_in::<InviteMember>(&mut *tx, caller, on, LockMode::Exclusive, now)
            .await?;
        if tx
            .invites()
            .is_member(access.in_org(), &command.email)
            .await?
        {
            return Err(Refusal::Conflict("Already a member of the organization").into());
        }
        let invite = new_invite(core, command, &access)?;
        let hash = core.keys.lookup_hash(INVITE_LABEL, token.expose());
        let earlier = tx.invites().put(&access, &invite, &hash).await?;
        if let Some(earlier) = &earlier {
            may_take_back(core, &mut *tx, caller, earlier).await?;
        }
        let sending = Sending {
            token,
            earlier: earlier.map(|earlier| earlier.id),
            elsewhere,
        };
        let (link, _posted) = mail::send(core, &mut *tx, &access, &invite, sending).await?;
        let event = event.clone().with("invite_id", invite.id.to_string());
        let invited = Invited { invite, link };
        Ok(tx.commit(event).await?.yields(invited))
    }
}

/// An invitation that takes the place of another takes that one back.
async fn may_take_back(
    core: &Core,
    tx: &mut dyn Tx,
    caller: &Caller,
    earlier: &Invite,
) -> Step<()> {
    let on = InviteAs {
        org: earlier.org,
        role: earlier.role,
    };
    let _may = core
        .gate
        .judge_in::<CancelInvite>(tx, caller, on, LockMode::Exclusive, core.now())
        .await?;
    Ok(())
}

/// Counts an invitation for the organization, and for the address that is to be written to.
async fn count(core: &Core, caller: &Caller, email: &Email) -> Step<()> {
    let org = caller.org().to_string();
    let one = format!("{org} {email}");
    let (all, each) = (core.settings.invites, core.settings.invites_per_address);
    Counter::new(core, "invites by", &org, all)
        .count(core)
        .await?;
    Counter::new(core, "invites of", &one, each)
        .count(core)
        .await
}

fn new_invite(
    core: &Core,
    command: InviteCommand,
    access: &Access<InviteMember>,
) -> Result<Invite, Refusal> {
    let Some(Principal::User(invited_by)) = access.principal() else {
        return Err(Refusal::NotFound); // the rule lets people alone through
    };
    let now = core.now();
    Ok(Invite {
        id: core.id(InviteId::from_uuid),
        org: access.org(),
        email: command.email,
        role: command.role,
        invited_by,
        created_at: now,
        expires_at: now.plus_seconds(INVITE_TTL),
        mailed: core.seams.mailer.reaches_people(),
    })
}
