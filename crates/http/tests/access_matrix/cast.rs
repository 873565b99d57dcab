//! Everybody who can call, and what each of them has.

use oneclaw_adapters::{FolderMailer, Sender};
use oneclaw_http::Endpoint;
use oneclaw_testkit::{Answer, Instance, Person, Stage, TestApp};
use serde_json::json;
use std::sync::Arc;

/// All that can be done at a path.
const ALL: [&str; 4] = ["read", "write", "delete", "rotate"];

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Anonymous,
    Owner,
    Admin,
    Member,
    MemberWithGrant,
    Agent,
    AgentWithGrant,
    OwnerElsewhere,
    RemovedMember,
    DeactivatedAgent,
}

impl Role {
    /// All of them, in the order of the table's columns.
    pub(crate) const ALL: [Self; 10] = [
        Self::Anonymous,
        Self::Owner,
        Self::Admin,
        Self::Member,
        Self::MemberWithGrant,
        Self::Agent,
        Self::AgentWithGrant,
        Self::OwnerElsewhere,
        Self::RemovedMember,
        Self::DeactivatedAgent,
    ];

    /// Who can have something of their own in the organization.
    pub(crate) const OF_THE_ORGANIZATION: [Self; 4] =
        [Self::Owner, Self::Admin, Self::Member, Self::Agent];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::MemberWithGrant => "member with grant",
            Self::Agent => "agent",
            Self::AgentWithGrant => "agent with grant",
            Self::OwnerElsewhere => "owner of another org",
            Self::RemovedMember => "removed member",
            Self::DeactivatedAgent => "deactivated agent",
        }
    }
}

/// Somebody, with an API key of their own.
#[derive(Clone)]
struct Caller {
    who: Person,
    api_key: String,
    key_id: String,
}

impl Caller {
    async fn person(who: Person) -> Self {
        let (api_key, key_id) = who.api_key(json!({ "name": "own" })).await;
        Self {
            who,
            api_key,
            key_id,
        }
    }

    /// Somebody who has no personal API key; where an endpoint wants one, they make one up, and
    /// name that of the owner.
    fn without_key(who: Person, stage: &Stage) -> Self {
        Self {
            who,
            api_key: "1ck_nothing".to_owned(),
            key_id: stage.key_id.clone(),
        }
    }
}

/// A stage and everybody on it.
pub(crate) struct Cast {
    pub(crate) stage: Stage,
    callers: Vec<(Role, Caller)>,
}

impl Cast {
    pub(crate) async fn gather(app: &TestApp, at: &Instance) -> Self {
        let stage = Stage::set(at).await;
        // more agents than a free plan has
        app.tamper("UPDATE orgs SET plan = 'enterprise'").await;
        let mut callers = Vec::new();
        for role in Role::ALL {
            callers.push((role, caller(&stage, role).await));
        }
        Self { stage, callers }
    }

    pub(crate) fn who(&self, role: Role) -> &Person {
        &self.caller(role).who
    }

    fn caller(&self, role: Role) -> &Caller {
        let found = self.callers.iter().find(|(of, _)| *of == role);
        &found.unwrap().1
    }

    /// The stage as somebody sees it: the owner's things, and credentials of one's own.
    pub(crate) fn seen_by(&self, role: Role) -> Stage {
        let caller = self.caller(role);
        let mut stage = self.stage.clone();
        stage.api_key.clone_from(&caller.api_key);
        stage.key_id.clone_from(&caller.key_id);
        if caller.who.principal_type() == "agent" {
            stage.agent.password.clone_from(&caller.who.password);
        } else {
            "ocv_nothing".clone_into(&mut stage.agent.password);
        }
        // asked for by somebody else's login: nobody on the stage has it
        "mfa_nothing".clone_into(&mut stage.mfa_token);
        stage.who = caller.who.clone();
        if stage.who.email.is_empty() {
            stage.who.email = format!("{}@nowhere.test", role.name().replace(' ', "-"));
        }
        stage
    }

    /// The same, but everything is their own: a vault that they made, an agent that they
    /// registered or are, and themselves.
    pub(crate) async fn own_of(&self, role: Role, endpoint: &Endpoint) -> Stage {
        let mut stage = self.seen_by(role);
        let who = self.who(role);
        if endpoint.path.contains("{vault_id}") {
            stage.vault = who.vault("own").await;
            who.keep(&stage.vault, "db/password", "kept in one's own vault")
                .await;
            let to = self.who(Role::MemberWithGrant);
            stage.policy_id = who.grant(&stage.vault, to, "db/*", &["read"]).await;
            if endpoint.path.contains("/cmek") {
                stage.job_id = Stage::under_cmek(who, &stage.vault).await;
            }
        }
        if endpoint.path.contains("{agent_id}") {
            let user_id = match role {
                Role::Agent => who.user_id.clone(),
                _ => who.agent(json!({ "name": "own" })).await.0,
            };
            stage.agent.user_id = user_id;
        }
        if endpoint.path.contains("{user_id}") {
            stage.member_id.clone_from(&who.user_id);
        }
        stage
    }

    /// Somebody calls an endpoint for the things of a stage.
    pub(crate) async fn call(&self, role: Role, endpoint: &Endpoint, stage: &Stage) -> Answer {
        stage.request(endpoint, self.who(role)).send().await
    }
}

async fn caller(stage: &Stage, role: Role) -> Caller {
    let (owner, vault) = (&stage.who, &stage.vault);
    let member = async |role: &str| Caller::person(owner.member(role).await).await;
    let agent = async |name: &str| {
        let agent = owner.new_agent(json!({ "name": name })).await;
        Caller::without_key(agent, stage)
    };
    match role {
        Role::Anonymous => {
            let nobody = Person {
                password: "Correct-Horse-0-Battery".to_owned(),
                refresh_token: "ort_nothing".to_owned(),
                email: "anonymous@nowhere.test".to_owned(),
                ..owner.with("")
            };
            Caller::without_key(nobody, stage)
        }
        Role::Owner => Caller {
            who: owner.clone(),
            api_key: stage.api_key.clone(),
            key_id: stage.key_id.clone(),
        },
        Role::Admin => member("admin").await,
        Role::Member => member("member").await,
        Role::MemberWithGrant => {
            let granted = member("member").await;
            owner.grant(vault, &granted.who, "**", &ALL).await;
            granted
        }
        Role::Agent => agent("no grants").await,
        Role::AgentWithGrant => {
            let granted = agent("granted").await;
            owner.grant(vault, &granted.who, "**", &ALL).await;
            granted
        }
        Role::OwnerElsewhere => {
            let eve = Caller::person(owner.instance.owner().await).await;
            // their own key is no probe: they name the owner's
            let key_id = stage.key_id.clone();
            Caller { key_id, ..eve }
        }
        Role::RemovedMember => {
            let removed = member("member").await;
            owner.grant(vault, &removed.who, "**", &ALL).await;
            let target = format!("/v1/org/members/{}", removed.who.user_id);
            owner.delete(&target).await.is(204);
            removed
        }
        Role::DeactivatedAgent => {
            let deactivated = agent("deactivated").await;
            owner.grant(vault, &deactivated.who, "**", &ALL).await;
            let target = format!("/v1/agents/{}", deactivated.who.user_id);
            let off = json!({ "is_active": false });
            owner.patch(&target, off).await.is(200);
            deactivated
        }
    }
}

/// An instance for many casts: invitations come in the answer, and requests of agents may pile up.
pub(crate) async fn theatre(app: &TestApp) -> Instance {
    let folder = app.test_store().folder().join("mail");
    let sender = Sender::parse("oneclaw <noreply@oneclaw.test>").unwrap();
    let mailer = Arc::new(FolderMailer::new(folder, sender));
    app.instance_mailing(mailer, |services, _| services.open_enrollments = 1_000_000)
        .await
}
