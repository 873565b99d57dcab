//! The first proof of an account's address, by somebody who shows nothing of what the account was
//! made with: whoever made it may have been somebody else.

use crate::Refusal;
use crate::core::Core;
use crate::mail::{AccountMessage, Dropped, Message, Post, Posted};
use crate::shares::end_shares_of;
use oneclaw_domain::{AuditEvent, Principal, User};
use oneclaw_policy::InAccount;
use oneclaw_storage::Tx;

impl Core {
    /// Voids all that was made in an account before its address was proved: sessions and whatever
    /// gives one, the password, the second factor, who it is to issuers, addresses that it knows, IP
    /// rules, API keys, the keys of its agents, shares and invitations. The organization is locked
    /// exclusively. Says in `event` and by mail what was dropped.
    pub(super) async fn void_before_proof(
        &self,
        tx: &mut dyn Tx,
        (account, user): (InAccount, &User),
        had_password: bool,
        event: &mut AuditEvent,
    ) -> Result<Posted, Refusal> {
        let now = self.now();
        self.end_sessions(tx, account, None).await?;
        let second_factor = tx.second_factors().remove(account).await?;
        tx.users().set_password(account, None).await?;
        let identities = tx.identities().untie(account).await?;
        let login_addresses = tx.users().forget_addresses(account).await?;
        // one that lets in nobody but its maker would shut the owner out
        let ip_rules = tx.ip_rules().delete_of(account).await?;
        let keys = tx.users().void_keys(account, now).await?;
        // what was shared, and whom they invited, would be a way back in
        let agents = keys.agents.iter().map(|agent| Principal::Agent(*agent));
        let own = [Principal::User(account.user())].into_iter().chain(agents);
        let own: Vec<_> = own.collect();
        let shares = end_shares_of(tx, account.in_org(), &own, now).await?;
        tx.outbox().cancel_invitations_of(account, now).await?;
        tx.invites().withdraw_of(account).await?;
        let members = tx.members().count(account.in_org()).await?;
        let dropped = Dropped {
            password: had_password,
            second_factor,
            api_keys: keys.api_keys,
            agents: keys.agents.len() as u64,
            shares,
            identities,
            login_addresses,
            ip_rules,
            others: u64::try_from(members).unwrap_or_default().saturating_sub(1),
        };
        note(event, dropped);
        let told = Message::Account(AccountMessage::AccountReclaimed {
            display_name: user.display_name.as_str().to_owned(),
            dropped,
        });
        self.post(tx, Post::new(&user.email, &told)).await
    }
}

fn note(event: &mut AuditEvent, dropped: Dropped) {
    let details = serde_json::json!({
        "password": dropped.password,
        "second_factor": dropped.second_factor,
        "api_keys": dropped.api_keys,
        "agents": dropped.agents,
        "shares": dropped.shares,
        "identities": dropped.identities,
        "login_addresses": dropped.login_addresses,
        "ip_rules": dropped.ip_rules,
    });
    event.details.insert("dropped".to_owned(), details);
}
