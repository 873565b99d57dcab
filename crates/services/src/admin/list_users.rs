//! An administrator looks at everybody who has an account.

use super::{Admin, Administrator};
use crate::Refusal;
use crate::core::{Step, boxed};
use oneclaw_domain::{Month, Org, PageSize, Tier};
use oneclaw_policy::{Access, ListUsers};
use oneclaw_storage::ListedUser;

/// Somebody who has an account, with the plan in force.
pub struct AdministeredUser {
    /// The account and its organization.
    pub listed: ListedUser,
    /// The plan that the organization has now.
    pub tier: Tier,
}

/// A part of the list.
pub struct UserList {
    /// The people, oldest account first.
    pub users: Vec<AdministeredUser>,
    /// How many accounts there are.
    pub total: i64,
}

impl Admin {
    /// Everybody who has an account, oldest first, without the first `skip`; `size` = `None`: all
    /// the rest.
    ///
    /// # Errors
    /// Whoever asks does not run the installation.
    pub async fn list_users(
        &self,
        skip: i64,
        size: Option<PageSize>,
        by: Administrator<'_>,
    ) -> Result<UserList, Refusal> {
        let core = &*self.core;
        let on = by.everything();
        let event = by.event::<ListUsers>(core, &on);
        let done: Step<_> = async {
            let access = by.judge::<ListUsers>(core, on).await?;
            let (found, total) = boxed(self.found(&access, skip, size)).await?;
            let plans = core.plans();
            let users = found.into_iter().map(|listed| AdministeredUser {
                tier: plans.tier(&org_of(&listed), core.now()),
                listed,
            });
            let list = UserList {
                users: users.collect(),
                total,
            };
            Ok(core.journal.record(event.clone()).await?.covers(list))
        }
        .await;
        core.settle(event, done).await
    }

    /// Without a size, page by page until there is no more: no statement is long.
    async fn found(
        &self,
        access: &Access<ListUsers>,
        skip: i64,
        size: Option<PageSize>,
    ) -> Result<(Vec<ListedUser>, i64), Refusal> {
        let core = &*self.core;
        let month = Month::of(core.now());
        let many = size.unwrap_or(PageSize::MAX).get();
        let limit = i64::try_from(many).unwrap_or(i64::MAX);
        let (mut found, mut skip) = (Vec::new(), skip);
        loop {
            // no connection is held between pages: others have their turn
            let mut reader = core.seams.store.read().await?;
            let page = reader.installation().users(access, month, skip, limit);
            let (page, total) = page.await?;
            let is_last = page.len() < many;
            found.extend(page);
            if is_last || size.is_some() {
                return Ok((found, total));
            }
            skip = skip.saturating_add(limit);
        }
    }
}

/// The organization, as far as its plan goes by it.
fn org_of(listed: &ListedUser) -> Org {
    Org {
        id: listed.user.org,
        name: listed.org_name.clone(),
        plan: listed.plan.clone(),
        is_platform: listed.is_platform,
        created_at: listed.user.created_at,
    }
}
