//! The first account of an installation, made at the server's own machine.

use super::signup::{insert_user, name_or_local_part, new_account};
use crate::Refusal;
use crate::core::{Core, Step};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, DisplayName, Email, OrgId, ResourceKind,
};
use oneclaw_policy::{Access, Account, Action, SignUp, SystemReason};
use oneclaw_storage::Recorded;

/// Who it is for.
type Named = (Email, Option<DisplayName>);

impl Core {
    /// Makes the first account with its organization, which runs the installation. Its address
    /// counts as proved: whoever is at the server's own machine vouches for it.
    pub(crate) async fn make_first_account(
        &self,
        named: Named,
        password: SecretText,
        os_user: &str,
    ) -> Result<Recorded<OrgId>, Refusal> {
        let (actor, request) = (Actor::System, AuditRequest::default());
        let resource = AuditResource::new(ResourceKind::User, "anonymous");
        let event = self.bare_event(SignUp::NAME, None, actor, resource, &request);
        let event = event.with("os_user", os_user);
        let done = self.try_first_account(named, password, &event).await;
        self.settle(event, done).await
    }

    async fn try_first_account(
        &self,
        (email, name): Named,
        password: SecretText,
        event: &AuditEvent,
    ) -> Step<Recorded<OrgId>> {
        const TAKEN: Refusal = Refusal::Conflict("There is an account already");
        if self.seams.store.read().await?.users().any().await? {
            return Err(TAKEN.into());
        }
        let name = name_or_local_part(name, &email)?;
        let (org, mut user) = new_account(self, email, name)?;
        user.email_verified = true;
        let hash = self.hasher.hash(password).await?;
        let account = Account {
            org: org.id,
            user: user.id,
        };
        let access = Access::<SignUp>::system(account, SystemReason::Operator);
        let mut tx = self.seams.store.begin().await?;
        if !tx.orgs().insert(&access, &org).await?.is_platform {
            // somebody signed up meanwhile
            return Err(TAKEN.into());
        }
        let mut done = event.clone();
        insert_user(self, &mut *tx, (&access, &user), Some(&hash), &mut done).await?;
        done.actor = Actor::System;
        done.org = Some(org.id);
        Ok(tx.commit(done).await?.yields(org.id))
    }
}
