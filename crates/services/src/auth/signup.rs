//! A person makes an account, and an organization for it.

use super::admission::Admitted;
use super::attempts::{Counter, address};
use super::opening::Factors;
use super::pending::waiting_links;
use super::service::Auth;
use super::session::Tokens;
use crate::Refusal;
use crate::core::{Core, Step, boxed};
use crate::mail::{AccountMessage, Message, Post, Posted};
use crate::settings::SignupMode;
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, DisplayName, Email, Invalid,
    NewPassword, Org, OrgId, OrgName, Principal, ProofKind, ResourceKind, Role, User, UserId,
};
use oneclaw_policy::{Access, Account, Action, SignUp, SystemReason};
use oneclaw_storage::{MailSubject, Recorded, StorageError, Tx};

/// A person makes an account.
pub struct SignupCommand {
    /// Where they are reached.
    pub email: Email,
    /// What they will log in with.
    pub password: NewPassword,
    /// What others see; the local part of the address where nothing is given.
    pub display_name: Option<DisplayName>,
    /// The token of the invitation by which they come.
    pub invite_token: Option<SecretText>,
    /// The code that the start printed: the first account from beyond this machine needs it.
    pub setup_code: Option<SecretText>,
    /// Whether the request was passed on by a proxy, so that its address may be that one's.
    pub passed_on: bool,
}

/// What a sign-up came to.
#[derive(Debug)]
pub enum SignupOutcome {
    /// The account is there, and logged in.
    Tokens(Tokens),
    /// What comes next is in a mail. The same whether the address has an account or not.
    Mailed,
}

impl Auth {
    /// Makes an account and logs it in: with an organization of its own, or by an invitation in the
    /// one that invites. Where addresses are to be proved, it makes none yet: that is for the link
    /// in the mail to do.
    ///
    /// # Errors
    /// The address is taken, where none is to be proved; signup is closed; too many tries; no such
    /// invitation, or one for another address; the first account without the code that it needs.
    pub async fn signup(
        &self,
        _admitted: Admitted,
        command: SignupCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<SignupOutcome>, Refusal> {
        let resource = AuditResource::new(ResourceKind::User, "anonymous");
        let mut event =
            self.core
                .bare_event(SignUp::NAME, None, Actor::Anonymous, resource, request);
        let done = boxed(self.try_signup(command, &mut event, request)).await;
        self.core.settle(event, done).await
    }

    async fn try_signup(
        &self,
        command: SignupCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<SignupOutcome>> {
        let core = &*self.core;
        let limit = core.settings.signups;
        Counter::new(core, "signup from", &address(request), limit)
            .count(core)
            .await?;
        let of_address = Counter::new(core, "signup of", command.email.as_str(), limit);
        let is_over = of_address.is_over(core).await?;
        if let (Some(over), false) = (is_over, core.verifies_addresses()) {
            return Err(over.stop());
        }
        let may_mail = is_over.is_none();
        if let Some(token) = &command.invite_token {
            if let Some(joined) = boxed(self.try_join(&command, token, event, request)).await? {
                return Ok(joined);
            }
            // whoever passed the link on by hand proved no address: the mail does
            return boxed(self.await_proof(command, false, may_mail, event)).await;
        }
        self.signup_is_open().await?;
        let setup_code = command.setup_code.as_ref();
        let may_be_first = self.may_be_first(setup_code, command.passed_on, request);
        self.refuse_strange_first(may_be_first).await?;
        if core.verifies_addresses() {
            return boxed(self.await_proof(command, may_be_first, may_mail, event)).await;
        }
        boxed(self.sign_up_at_once(command, may_be_first, event, request)).await
    }

    async fn sign_up_at_once(
        &self,
        command: SignupCommand,
        may_be_first: bool,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<SignupOutcome>> {
        let core = &*self.core;
        let password = SecretText::new(command.password.expose().to_owned());
        let hash = core.hasher.hash(password).await?;
        let name = name_or_local_part(command.display_name, &command.email)?;
        let (org, user) = new_account(core, command.email, name)?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        let new = (&org, &user);
        let access = insert(core, &mut *tx, new, Some(&hash), may_be_first, event).await?;
        let tokens = self.first_session(&mut *tx, &user, request).await?;
        let _posted = welcome(core, &mut *tx, &access, &user, &org.name).await?;
        let mut done = event.clone();
        done.org = Some(org.id);
        Ok(tx.commit(done).await?.yields(SignupOutcome::Tokens(tokens)))
    }

    /// Opens the first session of an account that is being made.
    pub(super) async fn first_session(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        request: &AuditRequest,
    ) -> Step<Tokens> {
        let factors = Factors {
            method: AuthMethod::Password,
            second: false,
            reason: SystemReason::SignUp,
        };
        let (tokens, _) = self.core.open_login(tx, user, factors, request).await?;
        Ok(tokens)
    }

    async fn signup_is_open(&self) -> Step<()> {
        match self.core.signup_mode() {
            SignupMode::Open => Ok(()),
            SignupMode::Invite | SignupMode::Closed => {
                let closed = self.core.seams.store.read().await?.users().any().await?;
                if closed {
                    Err(Refusal::SignupClosed.into())
                } else {
                    Ok(())
                }
            }
        }
    }
}

/// Adds an account with its organization.
pub(super) async fn insert(
    core: &Core,
    tx: &mut dyn Tx,
    (org, user): (&Org, &User),
    hash: Option<&str>,
    may_be_first: bool,
    event: &mut AuditEvent,
) -> Step<Access<SignUp>> {
    let account = Account {
        org: org.id,
        user: user.id,
    };
    let access = Access::<SignUp>::system(account, SystemReason::SignUp);
    let made = tx.orgs().insert(&access, org).await?;
    if made.is_platform && !may_be_first {
        return Err(Refusal::SetupCodeNeeded.into());
    }
    if core.signup_mode() != SignupMode::Open && !made.is_platform {
        // of several that found the installation empty, the first to get here was the first
        return Err(Refusal::SignupClosed.into());
    }
    insert_user(core, tx, (&access, user), hash, event).await?;
    Ok(access)
}

/// Posts what a new account is greeted with. One whose address was not proved gets what proves it.
pub(super) async fn welcome(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<SignUp>,
    user: &User,
    org: &OrgName,
) -> Step<Posted> {
    let (display_name, org_name) = (
        user.display_name.as_str().to_owned(),
        org.as_str().to_owned(),
    );
    if user.email_verified {
        let welcome = Message::Welcome {
            display_name,
            org_name,
        };
        return Ok(core.post(tx, Post::new(&user.email, &welcome)).await?);
    }
    let account = access.in_account();
    let kind = ProofKind::Verification;
    let (token, expires_at) = core.add_mail_proof(tx, account, kind, &user.email).await?;
    let welcome = Message::Account(AccountMessage::WelcomeUnproved {
        display_name,
        org_name,
        token,
        expires_at,
    });
    let post = Post::new(&user.email, &welcome)
        .about(MailSubject::Proof(user.id.uuid()))
        .not_after(expires_at);
    Ok(core.post(tx, post).await?)
}

/// Adds an account, unless its address has one. From then on the event is that person's: a refused
/// one names nobody who never was.
pub(super) async fn insert_user(
    core: &Core,
    tx: &mut dyn Tx,
    (access, user): (&Access<SignUp>, &User),
    hash: Option<&str>,
    event: &mut AuditEvent,
) -> Step<()> {
    match tx.users().insert(access, user, hash).await {
        Ok(()) => {
            tx.signups().clear(access, &user.email).await?;
            let links = waiting_links(core, &user.email);
            tx.outbox().cancel(links, core.now()).await?;
            event.actor = Actor::Principal(Principal::User(user.id));
            event.resource = AuditResource::user(user.id);
            Ok(())
        }
        Err(StorageError::Conflict(_)) => {
            Err(Refusal::Conflict("An account with this e-mail already exists").into())
        }
        Err(other) => Err(other.into()),
    }
}

/// The owner of an organization of their own, whose address was not proved.
pub(super) fn new_account(
    core: &Core,
    email: Email,
    display_name: DisplayName,
) -> Result<(Org, User), Refusal> {
    let invalid = |e: Invalid| Refusal::field("display_name", &e);
    let now = core.now();
    let org = Org {
        id: core.id(OrgId::from_uuid),
        name: OrgName::parse(display_name.as_str()).map_err(invalid)?,
        plan: None,
        is_platform: false,
        created_at: now,
    };
    let user = User {
        id: core.id(UserId::from_uuid),
        org: org.id,
        email,
        display_name,
        auth_method: AuthMethod::Password,
        role: Role::Owner,
        email_verified: false,
        marketing_emails: false,
        created_at: now,
    };
    Ok((org, user))
}

/// What others see; the local part of the address where nothing was given.
pub(super) fn name_or_local_part(
    given: Option<DisplayName>,
    email: &Email,
) -> Result<DisplayName, Refusal> {
    match given {
        Some(name) => Ok(name),
        None => {
            DisplayName::parse(email.local_part()).map_err(|e| Refusal::field("display_name", &e))
        }
    }
}
