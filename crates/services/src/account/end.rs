//! The end of an account: what goes with it, whoever ends it.

use crate::Refusal;
use crate::core::{Core, Step};
use crate::mail::{Message, Post, Posted};
use crate::shares::{cancel_mail_of, end_shares_of};
use oneclaw_domain::{Principal, Role, User, VaultId};
use oneclaw_policy::{Access, DeleteAccount};
use oneclaw_storage::Tx;

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
    _posted: Posted,
}

impl EndedAccount {
    /// Whether its organization went with it.
    pub(crate) const fn with_org(&self) -> bool {
        self.vaults.is_some()
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
            _posted: posted,
        })
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
