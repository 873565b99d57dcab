//! A person makes an account, and an organization for it.

use super::attempts::{Counter, address};
use super::service::Auth;
use super::session::{Opening, Tokens, proved};
use crate::Refusal;
use crate::core::{Core, Step, boxed};
use crate::mail::{Message, Post};
use crate::settings::SignupMode;
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, DisplayName, Email, Invalid,
    NewPassword, Org, OrgId, OrgName, Principal, ResourceKind, Role, Scopes, Tier, User, UserId,
};
use oneclaw_policy::{Access, Account, Action, SignUp, SystemReason};
use oneclaw_storage::{Recorded, StorageError, Tx};

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

impl Auth {
    /// Makes an account and logs it in: with an organization of its own, or by an invitation in the
    /// one that invites.
    ///
    /// # Errors
    /// The address is taken; signup is closed; too many tries; no such invitation, or one for
    /// another address; the first account without the code that it needs.
    pub async fn signup(
        &self,
        command: SignupCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<Tokens>, Refusal> {
        let resource = AuditResource::new(ResourceKind::User, "anonymous");
        let mut event =
            self.core
                .bare_event(SignUp::NAME, None, Actor::Anonymous, resource, request);
        let done: Step<_> = async {
            let event = &mut event;
            self.try_signup(command, event, request).await
        }
        .await;
        self.core.settle(event, done).await
    }

    async fn try_signup(
        &self,
        command: SignupCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<Tokens>> {
        let core = &*self.core;
        let limit = core.settings.signups;
        Counter::new(core, "signup from", &address(request), limit)
            .count(core)
            .await?;
        Counter::new(core, "signup of", command.email.as_str(), limit)
            .count(core)
            .await?;
        if let Some(token) = &command.invite_token {
            return boxed(self.try_join(&command, token, event, request)).await;
        }
        self.signup_is_open().await?;
        let may_be_first = self.may_be_first(&command, request);
        self.refuse_strange_first(may_be_first).await?;
        let password = SecretText::new(command.password.expose().to_owned());
        let hash = core.hasher.hash(password).await?;
        let (org, user) = new_account(core, command.email, command.display_name)?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        insert(core, &mut *tx, (&org, &user), &hash, may_be_first, event).await?;
        let tokens = self.first_session(&mut *tx, &user, request).await?;
        let welcome = Message::Welcome {
            display_name: user.display_name.as_str().to_owned(),
            org_name: org.name.as_str().to_owned(),
        };
        let _posted = core
            .post(&mut *tx, Post::new(&user.email, &welcome))
            .await?;
        let mut done = event.clone();
        done.org = Some(org.id);
        Ok(tx.commit(done).await?.yields(tokens))
    }

    /// Opens the first session of an account that is being made.
    pub(super) async fn first_session(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        request: &AuditRequest,
    ) -> Step<Tokens> {
        let core = &*self.core;
        let address_hash = core.keys.lookup_hash("login address", &address(request));
        let access = proved(user, SystemReason::SignUp);
        tx.users()
            .remember_address(&access, &address_hash, core.now())
            .await?;
        let opening = Opening {
            method: AuthMethod::Password,
            reason: SystemReason::SignUp,
            api_key: None,
            not_beyond: None,
        };
        let session = core.open_session(tx, user, &opening).await?;
        let refresh = core.add_refresh(tx, user, &session).await?;
        let ttl = core.settings.user_token_ttl;
        let (access_token, expires_in) = core.mint(&session, user, &Scopes::default(), ttl)?;
        Ok(Tokens {
            access_token,
            expires_in,
            refresh_token: Some(refresh),
            user: user.id,
            org: user.org,
        })
    }

    async fn signup_is_open(&self) -> Step<()> {
        match self.core.settings.signup_mode {
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

async fn insert(
    core: &Core,
    tx: &mut dyn Tx,
    (org, user): (&Org, &User),
    hash: &str,
    may_be_first: bool,
    event: &mut AuditEvent,
) -> Step<()> {
    let account = Account {
        org: org.id,
        user: user.id,
    };
    let access = Access::<SignUp>::system(account, SystemReason::SignUp);
    let made = tx.orgs().insert(&access, org).await?;
    if made.is_platform && !may_be_first {
        return Err(Refusal::SetupCodeNeeded.into());
    }
    if core.settings.signup_mode != SignupMode::Open && !made.is_platform {
        // of several that found the installation empty, the first to get here was the first
        return Err(Refusal::SignupClosed.into());
    }
    insert_user(tx, &access, user, hash, event).await
}

/// Adds an account, unless its address has one. From then on the event is that person's: a refused
/// one names nobody who never was.
pub(super) async fn insert_user(
    tx: &mut dyn Tx,
    access: &Access<SignUp>,
    user: &User,
    hash: &str,
    event: &mut AuditEvent,
) -> Step<()> {
    match tx.users().insert(access, user, hash).await {
        Ok(()) => {
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

fn new_account(
    core: &Core,
    email: Email,
    display_name: Option<DisplayName>,
) -> Result<(Org, User), Refusal> {
    let invalid = |e: Invalid| Refusal::field("display_name", &e);
    let display_name = name_or_local_part(display_name, &email)?;
    let now = core.now();
    let org = Org {
        id: core.id(OrgId::from_uuid),
        name: OrgName::parse(display_name.as_str()).map_err(invalid)?,
        tier: Tier::Free,
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
