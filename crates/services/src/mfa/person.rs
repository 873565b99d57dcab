//! The account of who proves something about it once more.

use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step};
use oneclaw_domain::User;
use oneclaw_policy::{Access, Account, Action};
use oneclaw_storage::{LockMode, Tx};

/// An account, and how its owner proves who they are.
pub(super) struct Person {
    pub(super) user: User,
    /// The password's hash (PHC string), where one is set.
    pub(super) password_hash: Option<String>,
    /// Whether it asks for a second factor.
    pub(super) asks_code: bool,
}

impl Person {
    /// Whether the account still is what a proof was checked against.
    pub(super) fn is_still(&self, checked: &Self) -> bool {
        self.password_hash == checked.password_hash && self.asks_code == checked.asks_code
    }
}

impl Core {
    /// The caller's own account, if they may do this to it. It is looked at in a unit of work that
    /// ends here: what is checked takes long, and is counted.
    pub(super) async fn person<A: Action<On = Account>>(&self, caller: &Caller) -> Step<Person> {
        let mut tx = self.seams.store.begin().await?;
        let (_, person) = self
            .lock_person::<A>(&mut *tx, caller, LockMode::Shared)
            .await?;
        Ok(person)
    }

    /// The same inside the unit of work that goes on with it: the account is locked.
    pub(super) async fn lock_person<A: Action<On = Account>>(
        &self,
        tx: &mut dyn Tx,
        caller: &Caller,
        mode: LockMode,
    ) -> Step<(Access<A>, Person)> {
        let access = self
            .gate
            .judge_in::<A>(tx, caller, caller.account(), mode, self.now())
            .await?;
        let account = access.in_account();
        let found = tx.users().lock(account).await?;
        let (user, password_hash) = found.ok_or(Refusal::NotFound)?;
        let asks_code = tx.second_factors().is_asked_for(account).await?;
        let person = Person {
            user,
            password_hash,
            asks_code,
        };
        Ok((access, person))
    }
}
