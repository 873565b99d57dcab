//! Who runs the installation, for the endpoints that are theirs alone.

use super::{Instance, Person, Stage};
use serde_json::{Value, json};

/// What the first who signed up logs in with.
#[derive(Clone, Debug)]
pub(crate) struct First {
    email: String,
    password: String,
    user_id: String,
    org_id: String,
}

impl From<&Person> for First {
    fn from(person: &Person) -> Self {
        Self {
            email: person.email.clone(),
            password: person.password.clone(),
            user_id: person.user_id.clone(),
            org_id: person.org_id.clone(),
        }
    }
}

impl Instance {
    /// The owner of the platform's organization, logged in anew: the first who signed up by
    /// [`Instance::owner`].
    ///
    /// # Panics
    /// Nobody has, or their password is another now.
    pub async fn runner(&self) -> Person {
        let notes = self.notes();
        let first = notes
            .first()
            .unwrap_or_else(|| panic!("nobody signed up yet"));
        let body = json!({ "email": first.email, "password": first.password });
        let login = self.post("/v1/auth/token", body).await.is(200);
        Person {
            instance: self.clone(),
            token: login.str("/access_token"),
            refresh_token: login.str("/refresh_token"),
            email: first.email,
            password: first.password,
            user_id: first.user_id,
            org_id: first.org_id,
        }
    }
}

/// Who runs the installation, with a changed setting, and the id of another member of their
/// organization: `member`, where that is one.
pub(super) async fn runner_with(member: &Person) -> (Person, String) {
    let runner = member.instance.runner().await;
    let setting = json!({ "value": "on stage" });
    let target = "/v1/admin/settings/on.stage";
    runner.put(target, setting).await.is(200);
    let resident = if runner.org_id == member.org_id {
        member.user_id.clone()
    } else {
        runner.member("member").await.user_id
    };
    (runner, resident)
}

/// What administrators send.
pub(super) fn admin_body(id: &str, stage: &Stage) -> Option<Value> {
    Some(match id {
        "putAdminSetting" => json!({ "value": "put on stage" }),
        "putOrgLimits" => json!({ "is_sponsored": false }),
        "putOrgBillingTier" => json!({ "tier": "business" }),
        "changeOrgCredits" => json!({ "amount_cents": 500 }),
        "resetUsageForUser" => json!({ "email": stage.runner.email }),
        _ => return None,
    })
}
