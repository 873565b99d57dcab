//! The end of an account: what goes with it, whoever ends it.

use crate::Refusal;
use crate::core::{Core, Step};
use crate::mail::{Message, Post, Posted};
use crate::shares::{cancel_mail_of, end_shares_of};
use oneclaw_domain::{AuditEvent, Principal, Role, User, VaultId};
use oneclaw_policy::{Access, DeleteAccount};
use oneclaw_storage::{SubscriptionState, Tx};

/// What is told where the organization that would go is charged on.
const SUBSCRIBED: &str =
    "The organization has a subscription that renews: cancel it in the billing portal first";

/// What is told where an organization would be left without who keeps it.
pub(crate) struct LastOf {
    /// Its last owner goes, and others stay.
    pub(crate) owners: &'static str,
    /// The last one goes of those who run the installation.
    pub(crate) platform: &'static str,
}

/// What went with an account; held until after the commit.
pub(crate) struct EndedAccount {
    /// The vaults of its organization, where that went, too.
    vaults: Option<Vec<VaultId>>,
    /// Who its organization was to the payment provider, where that went, too.
    customer: Option<String>,
    _posted: Posted,
}

impl EndedAccount {
    /// What the event tells of it. Bills of an organization that is gone are found by the customer.
    pub(crate) fn noted_in(&self, event: AuditEvent) -> AuditEvent {
        let event = event.with("org_deleted", self.vaults.is_some());
        match &self.customer {
            Some(customer) => event.with("payment_customer", customer.as_str()),
            None => event,
        }
    }

    /// Forgets the keys of what is gone, once that is true.
    pub(crate) fn forget(self, core: &Core) {
        for vault in self.vaults.into_iter().flatten() {
            core.keys.vaults.forget(vault);
        }
    }
}

impl Core {
    /// Ends an account with its sessions, keys, the policies that name it and what it shares. What
    /// they made stays with the organization; who was its only member takes it along. The
    /// organization is locked exclusively, and the person below it.
    pub(crate) async fn end_account(
        &self,
        tx: &mut dyn Tx,
        access: &Access<DeleteAccount>,
        user: &User,
        last: &LastOf,
    ) -> Step<EndedAccount> {
        let (account, now) = (access.in_account(), self.now());
        let is_last = is_last_member(tx, access, user, last).await?;
        let customer = if is_last {
            self.unbilled(tx, access).await?
        } else {
            None
        };
        self.end_sessions(tx, account, None).await?;
        tx.outbox().cancel_invitations_of(account, now).await?;
        let vaults = if is_last {
            let gone = tx.orgs().delete(access).await?;
            cancel_mail_of(tx, &gone.shares, now).await?;
            Some(gone.vaults)
        } else {
            let gone = [Principal::User(account.user())];
            end_shares_of(tx, access.in_org(), &gone, now).await?;
            tx.members().remove(account).await?;
            None
        };
        let told = Message::AccountDeleted {
            display_name: user.display_name.as_str().to_owned(),
        };
        let posted = self.post(tx, Post::new(&user.email, &told)).await?;
        Ok(EndedAccount {
            vaults,
            customer,
            _posted: posted,
        })
    }

    /// Who an organization that goes is to the payment provider, which must not charge it any more:
    /// nobody could end that here. Where nothing is sold, nothing is asked.
    async fn unbilled(
        &self,
        tx: &mut dyn Tx,
        access: &Access<DeleteAccount>,
    ) -> Step<Option<String>> {
        let billed = tx.billing().lock(access.in_org(), self.now()).await?;
        let billed = billed.ok_or(Refusal::NotFound)?;
        let renews = billed.subscription == Some(SubscriptionState::Renews);
        if renews && self.seams.payments.ready().is_ok() {
            return Err(Refusal::Conflict(SUBSCRIBED).into());
        }
        Ok(billed.customer)
    }
}

/// Whether nobody else is in the organization, which then goes too. Its lock is held, so that two
/// who leave at once take turns.
async fn is_last_member(
    tx: &mut dyn Tx,
    access: &Access<DeleteAccount>,
    user: &User,
    last: &LastOf,
) -> Step<bool> {
    let org = access.in_org();
    if tx.members().count(org).await? > 1 {
        if user.role == Role::Owner && tx.members().owners(org).await? <= 1 {
            return Err(Refusal::Conflict(last.owners).into());
        }
        return Ok(false);
    }
    let found = tx.orgs().find(org).await?.ok_or(Refusal::NotFound)?;
    if found.is_platform {
        // else the next stranger who signs up would run the installation
        return Err(Refusal::Conflict(last.platform).into());
    }
    Ok(true)
}
