//! AUTH-15: somebody signs up with another's address, and waits for its owner.

use crate::steps::{NEW, PASSWORD, forget, login, me, reset, sign_up, subjects, token, verifying};
use oneclaw_testkit::{Answer, Authenticator, Instance, Person, TestApp, both_stores};
use serde_json::{Value, json};

/// What somebody prepared in an account with the address of somebody else.
struct Prepared {
    eve: Person,
    authenticator: Authenticator,
    api_key: String,
    agent: Person,
    share: String,
    invite: String,
}

impl Prepared {
    async fn by(app: &TestApp) -> Self {
        // the first account is the platform's
        app.owner().await;
        let eve = app.owner().await;
        let authenticator = eve.turn_mfa_on().await;
        let (api_key, _) = eve.api_key(json!({ "name": "a way back" })).await;
        let agent = eve.new_agent(json!({ "name": "another way back" })).await;
        let vault = eve.vault("prod").await;
        let kept = eve.keep(&vault, "db/password", "not there yet").await;
        let link = json!({ "recipient_type": "anyone_with_link" });
        let share = eve.share(&kept.str("/id"), link).await.is(201);
        let invite = eve.invite("eve-2@x.test", "owner").await;
        let rule = json!({ "rule_type": "deny", "cidr": "198.51.100.0/24" });
        eve.post("/v1/security/ip-rules", rule).await.is(201);
        let change = json!({ "new_email": "eve-3@x.test" });
        eve.post("/v1/auth/change-email", change).await.is(200);
        Self {
            authenticator,
            api_key,
            agent,
            share: share.str("/id"),
            invite,
            eve,
        }
    }

    /// Nothing of it works any more, anywhere.
    async fn is_void(&self, at: &Instance) {
        let eve = self.eve.at(at);
        eve.get("/v1/auth/me").await.is_problem(401);
        let body = json!({ "refresh_token": eve.refresh_token });
        at.post("/v1/auth/refresh", body).await.is_problem(401);
        login(at, &eve.email, &eve.password).await.is_problem(401);
        let body = json!({ "api_key": self.api_key });
        at.post("/v1/auth/api-key-token", body)
            .await
            .is_problem(401);
        eve.with(&self.api_key)
            .get("/v1/vaults")
            .await
            .is_problem(401);
        let body = json!({ "api_key": self.agent.password });
        at.post("/v1/auth/agent-token", body).await.is_problem(401);
        self.agent.at(at).get("/v1/agents/me").await.is_problem(401);
        let read = at.get(&format!("/v1/share/{}", self.share)).await;
        assert!([404, 410].contains(&read.status), "{}", read.text());
        let join = json!({
            "email": "eve-2@x.test", "password": NEW, "invite_token": self.invite,
        });
        at.post("/v1/auth/signup", join).await.is_problem(404);
    }

    /// The whole of it works.
    async fn is_there(&self, at: &Instance) {
        self.eve.at(at).get("/v1/auth/me").await.is(200);
        let body = json!({ "api_key": self.api_key });
        at.post("/v1/auth/api-key-token", body).await.is(200);
        self.agent.at(at).get("/v1/agents/me").await.is(200);
        let asked = login(at, &self.eve.email, &self.eve.password).await;
        assert_eq!(asked.is(200).get("/mfa_required"), true);
    }
}

/// What proves the address of an account that was not proved: asked for by signing up with it.
async fn link_to(app: &TestApp, email: &str) -> String {
    let at = verifying(app).await;
    sign_up(&at, email, PASSWORD).await.is(200);
    token(app, email, "verify-email").await
}

async fn dropped(app: &TestApp) -> Value {
    let events = app.audit().await;
    let last = events
        .iter()
        .rfind(|it| it["details"]["dropped"].is_object());
    last.unwrap()["details"]["dropped"].clone()
}

#[both_stores]
async fn auth_15_a_first_proof_by_the_mail_alone_voids_what_was_prepared(app: TestApp) {
    let other = app.another_instance().await;
    let made = Prepared::by(&app).await;
    let code = app.mail_to("eve-3@x.test").await[0].code();
    made.is_there(&other).await;
    let waiting = made.eve.challenge().await;
    let link = link_to(&app, &made.eve.email).await;
    let body = json!({ "token": link });
    let proved = app.post("/v1/auth/verify-email", body).await.is(200);
    assert_eq!(app.last_event().await, "user.verify_email ok");

    // the owner of the address is in, and asked for nothing of the other's
    assert_eq!(proved.get("/mfa_required"), false);
    let owner = made.eve.with(&proved.str("/access_token"));
    let profile = me(&other, &owner.token).await;
    assert_eq!(profile["email_verified"], true);
    assert_eq!(profile["totp_enabled"], false);
    assert_eq!(profile["has_password"], false);
    for instance in [&*app, &other] {
        made.is_void(instance).await;
    }
    let totp = made.authenticator.code(&app, 1);
    let body = json!({ "mfa_token": waiting, "code": totp });
    app.post("/v1/auth/mfa/verify", body).await.is_problem(401);
    // the change of address that waited is gone, too
    owner
        .post("/v1/auth/verify-email-change", json!({ "code": code }))
        .await
        .is_invalid("code");

    let expected = json!({
        "password": true, "second_factor": true, "api_keys": 1, "agents": 1, "shares": 1,
        "identities": 0, "login_addresses": 1, "ip_rules": 1,
    });
    assert_eq!(dropped(&app).await, expected);
    let mails = app.mail_to(&owner.email).await;
    let cleared = Some("Your account was cleared".to_owned());
    let told = mails.iter().find(|it| it.header("subject") == cleared);
    let told = told.unwrap();
    let listed = "all logins, the password, the second factor, 1 API key, the keys of 1 agent, 1 share, 1 IP rule.";
    assert!(told.text().contains(listed), "{}", told.text());

    let body = json!({ "password": NEW, "password_confirm": NEW });
    owner.post("/v1/auth/set-password", body).await.is(200);
    login(&other, &owner.email, NEW).await.is(200);
}

#[both_stores]
async fn auth_15_so_does_a_reset(app: TestApp) {
    let other = app.another_instance().await;
    let made = Prepared::by(&app).await;
    forget(&app, &made.eve.email).await.is(200);
    let link = token(&app, &made.eve.email, "reset-password").await;
    reset(&other, &link, NEW).await.is(200);
    for instance in [&*app, &other] {
        made.is_void(instance).await;
    }
    let owner = login(&app, &made.eve.email, NEW).await.is(200);
    assert_eq!(owner.get("/mfa_required"), false);
    assert_eq!(dropped(&app).await["api_keys"], 1);
    let mails = subjects(&app, &made.eve.email).await;
    assert!(mails.contains(&"Your account was cleared".to_owned()));
    let profile = me(&app, &owner.str("/access_token")).await;
    assert_eq!(profile["email_verified"], true);
}

/// Whoever shows something of the account beside the token is who made it.
#[both_stores]
async fn auth_15_with_the_own_password_or_session_all_stays(app: TestApp) {
    let other = app.another_instance().await;
    for by_password in [true, false] {
        let made = Prepared::by(&app).await;
        let link = link_to(&app, &made.eve.email).await;
        let eve = &made.eve;
        let proved: Answer = if by_password {
            let body = json!({ "token": link, "password": eve.password });
            app.post("/v1/auth/verify-email", body).await
        } else {
            let body = json!({ "token": link });
            eve.post("/v1/auth/verify-email", body).await
        };
        assert_eq!(proved.is(200).get("/mfa_required"), true);
        for instance in [&*app, &other] {
            made.is_there(instance).await;
        }
        assert_eq!(me(&app, &eve.token).await["email_verified"], true);
        let mails = subjects(&app, &eve.email).await;
        assert!(!mails.contains(&"Your account was cleared".to_owned()));
    }
}

/// What lies beside the token and is not of that very account keeps nothing.
#[both_stores]
async fn auth_15_anothers_session_or_a_dead_one_keeps_nothing(app: TestApp) {
    for dead in [true, false] {
        let made = Prepared::by(&app).await;
        let link = link_to(&app, &made.eve.email).await;
        let beside = if dead {
            let answer = made.eve.delete("/v1/auth/token").await;
            answer.is(204);
            made.eve.clone()
        } else {
            app.owner().await
        };
        let body = json!({ "token": link });
        beside.post("/v1/auth/verify-email", body).await.is(200);
        made.is_void(&app).await;
    }
}

/// A second proof finds an owner, and takes nothing.
#[both_stores]
async fn a_reset_of_a_proved_account_keeps_its_keys(app: TestApp) {
    let ada = crate::steps::proved_owner(&app).await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let agent = ada.new_agent(json!({ "name": "builder" })).await;
    forget(&app, &ada.email).await.is(200);
    let link = token(&app, &ada.email, "reset-password").await;
    reset(&app, &link, NEW).await.is(200);
    let body = json!({ "api_key": api_key });
    app.post("/v1/auth/api-key-token", body).await.is(200);
    agent.get("/v1/agents/me").await.is(200);
    ada.get("/v1/auth/me").await.is_problem(401);
}
