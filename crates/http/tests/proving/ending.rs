//! AUTH-09: what ends when somebody changes how they prove who they are.

use crate::steps::{NEW, forget, login, proved_owner, reset, reset_token, subjects};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

/// Everything that a thief could have taken.
struct Stolen {
    access: String,
    refresh: String,
    reset: String,
    step_up: String,
    device: String,
}

impl Stolen {
    async fn from(app: &TestApp, ada: &Person) -> Self {
        let other = login(app, &ada.email, &ada.password).await.is(200);
        let thief = ada.with(&other.str("/access_token"));
        let body = json!({ "password": ada.password, "purpose": "account.export" });
        let step_up = thief.post("/v1/auth/reauth", body).await.is(200);
        let asked = json!({ "client_id": "cli" });
        let asked = app.post("/v1/auth/device/code", asked).await.is(200);
        let code = json!({ "user_code": asked.str("/user_code") });
        thief.post("/v1/auth/device/approve", code).await.is(200);
        Self {
            access: thief.token,
            refresh: other.str("/refresh_token"),
            reset: reset_token(app, &ada.email).await,
            step_up: step_up.str("/reauth_token"),
            device: asked.str("/device_code"),
        }
    }

    async fn is_worthless(&self, ada: &Person) {
        let at = &ada.instance;
        let dead = ada.with(&self.access).get("/v1/auth/me").await;
        dead.is_problem(401);
        let body = json!({ "refresh_token": self.refresh });
        at.post("/v1/auth/refresh", body).await.is_problem(401);
        reset(at, &self.reset, "Stolen-Battery-7-Staple")
            .await
            .is_invalid("token");
        let body = json!({
            "device_code": self.device,
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        });
        let polled: Answer = at.post("/v1/auth/device/token", body).await.is(200);
        assert!(polled.get("/access_token").is_null(), "{}", polled.text());
    }
}

#[both_stores]
async fn auth_09_a_new_password_or_address_ends_what_was_stolen(app: TestApp) {
    let other = app.another_instance().await;
    for by_address in [false, true] {
        let ada = proved_owner(&app).await;
        let stolen = Stolen::from(&app, &ada).await;
        if by_address {
            let moved = format!("moved-{}", ada.email);
            let change = json!({ "new_email": moved });
            ada.post("/v1/auth/change-email", change).await.is(200);
            let code = json!({ "code": app.mail_to(&moved).await[0].code() });
            ada.post("/v1/auth/verify-email-change", code).await.is(200);
        } else {
            let body = json!({ "current_password": ada.password, "new_password": NEW });
            ada.post("/v1/auth/change-password", body).await.is(200);
        }
        for instance in [&other, &*app] {
            stolen.is_worthless(&ada.at(instance)).await;
            // only the session that made the change goes on
            ada.at(instance).get("/v1/auth/me").await.is(200);
        }
        // long after the login a step-up by its age is none
        let export = ada.request("POST", "/v1/auth/export-data");
        app.clock().advance(601);
        let export = export.header("x-auth-confirm", &stolen.step_up);
        export.send().await.is_problem(403);
        let told = subjects(&app, &ada.email).await;
        let expected = [
            "Your password was changed",
            "Your e-mail address was changed",
        ];
        let expected = expected[usize::from(by_address)];
        assert!(told.iter().any(|it| it == expected), "{told:?}");
    }
}

#[both_stores]
async fn auth_09_a_login_that_waits_for_its_second_factor_ends_too(app: TestApp) {
    let ada = proved_owner(&app).await;
    let authenticator = ada.turn_mfa_on().await;
    let waiting = ada.challenge().await;
    let body = json!({ "current_password": ada.password, "new_password": NEW });
    ada.post("/v1/auth/change-password", body).await.is(200);
    let body = json!({ "mfa_token": waiting, "code": authenticator.code(&app, 0) });
    app.post("/v1/auth/mfa/verify", body).await.is_problem(401);
}

#[both_stores]
async fn a_first_password_is_set_where_there_is_none(app: TestApp) {
    let ada = proved_owner(&app).await;
    let body = |password: &str| json!({ "password": password });
    let set = async |body| ada.post("/v1/auth/set-password", body).await;
    set(body(NEW)).await.is_invalid("password");
    let email = &ada.email;
    app.tamper(&format!(
        "UPDATE users SET password_hash = NULL WHERE email = '{email}'"
    ))
    .await;
    for weak in ["short-A1", "Password123!"] {
        set(body(weak)).await.is_invalid("password");
    }
    let differs = json!({ "password": NEW, "password_confirm": "Another-Battery-78-Staple" });
    set(differs).await.is_invalid("password_confirm");
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    ada.with(&api_key)
        .post("/v1/auth/set-password", body(NEW))
        .await
        .is_problem(403);
    let same = json!({ "password": NEW, "password_confirm": NEW });
    let done = set(same).await.is(200);
    let expected = json!({ "message": "Password set successfully" });
    assert_eq!(done.json(), expected);
    assert_eq!(app.last_event().await, "user.password_set ok");
    login(&app, &ada.email, NEW).await.is(200);
    set(body(NEW)).await.is_invalid("password");
    ada.get("/v1/auth/me").await.is(200);
}

/// Somebody whose password was voided is no account of an issuer alone.
#[both_stores]
async fn who_lost_their_password_may_ask_for_one(app: TestApp) {
    let ada = proved_owner(&app).await;
    let email = &ada.email;
    app.tamper(&format!(
        "UPDATE users SET password_hash = NULL WHERE email = '{email}'"
    ))
    .await;
    forget(&app, email).await.is(200);
    let link = reset_token(&app, email).await;
    reset(&app, &link, NEW).await.is(200);
    login(&app, email, NEW).await.is(200);
}

/// Logs somebody in who was logged out.
async fn again(app: &TestApp, who: &Person, password: &str) -> Person {
    let answer = login(app, &who.email, password).await.is(200);
    who.with(&answer.str("/access_token"))
}

#[both_stores]
async fn auth_09_a_reset_ends_what_was_stolen(app: TestApp) {
    let other = app.another_instance().await;
    let ada = proved_owner(&app).await;
    let stolen = Stolen::from(&app, &ada).await;
    let link = reset_token(&app, &ada.email).await;
    reset(&app, &link, NEW).await.is(200);
    for instance in [&other, &*app] {
        stolen.is_worthless(&ada.at(instance)).await;
    }
    let ada = again(&app, &ada, NEW).await;
    let export = ada.request("POST", "/v1/auth/export-data");
    let export = export.header("x-auth-confirm", &stolen.step_up);
    export.send().await.is_problem(403);
}

#[both_stores]
async fn auth_09_a_waiting_second_factor_ends_with_the_address_or_a_reset(app: TestApp) {
    for by_address in [true, false] {
        let ada = proved_owner(&app).await;
        let authenticator = ada.turn_mfa_on().await;
        let waiting = ada.challenge().await;
        if by_address {
            let moved = format!("moved-{}", ada.email);
            let change = json!({ "new_email": moved });
            ada.post("/v1/auth/change-email", change).await.is(200);
            let code = json!({ "code": app.mail_to(&moved).await[0].code() });
            ada.post("/v1/auth/verify-email-change", code).await.is(200);
        } else {
            let link = reset_token(&app, &ada.email).await;
            reset(&app, &link, NEW).await.is(200);
        }
        let body = json!({ "mfa_token": waiting, "code": authenticator.code(&app, 0) });
        app.post("/v1/auth/mfa/verify", body).await.is_problem(401);
    }
}

/// Of several changes at once that show the same password, one is made and the others come too late.
#[both_stores]
async fn auth_09_of_many_changes_at_once_one_is_made(app: TestApp) {
    let slow = app
        .instance_with(|services, _| {
            services.password_params = oneclaw_services::PasswordPolicyParams::default();
        })
        .await;
    let ada = proved_owner(&app).await;
    let changes = (0..8).map(|number| {
        let ada = ada.at(&slow);
        async move {
            let new = format!("Another-Battery-{number}-Staple");
            let body = json!({ "current_password": ada.password, "new_password": new });
            let answer = ada.post("/v1/auth/change-password", body).await;
            (answer.status, new)
        }
    });
    let made = futures_util::future::join_all(changes).await;
    let (won, lost): (Vec<_>, Vec<_>) = made.into_iter().partition(|(status, _)| *status == 200);
    assert_eq!(won.len(), 1, "{won:?}");
    assert!(lost.iter().all(|(status, _)| *status == 401), "{lost:?}");
    login(&app, &ada.email, &won[0].1).await.is(200);
}

/// A key has no session to keep, and no person behind it.
#[both_stores]
async fn auth_09_a_key_changes_no_password(app: TestApp) {
    let ada = proved_owner(&app).await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let body = json!({ "api_key": api_key });
    let token = app.post("/v1/auth/api-key-token", body).await.is(200);
    for credential in [&api_key, &token.str("/access_token")] {
        let body = json!({ "current_password": ada.password, "new_password": NEW });
        let key = ada.with(credential);
        key.post("/v1/auth/change-password", body)
            .await
            .is_problem(403);
        assert_eq!(
            app.last_event().await,
            "user.password_change denied login_only"
        );
    }
    login(&app, &ada.email, &ada.password).await.is(200);
}

#[both_stores]
async fn auth_15_what_was_mailed_outlives_what_a_squatter_does(app: TestApp) {
    app.owner().await;
    let eve = app.owner().await;
    let first = reset_token(&app, &eve.email).await;
    eve.turn_mfa_on().await;
    let change = json!({ "current_password": eve.password, "new_password": NEW });
    eve.post("/v1/auth/change-password", change).await.is(200);
    reset(&app, &first, "Owner-Horse-9-Battery").await.is(200);
    // the first proof took what she had set up
    let again = json!({ "email": eve.email, "password": "Owner-Horse-9-Battery" });
    let login = app.post("/v1/auth/token", again).await.is(200);
    assert_eq!(login.get("/mfa_required"), false);
}

#[both_stores]
async fn auth_12_a_second_factor_ends_no_mailed_token_and_a_reset_the_others(app: TestApp) {
    let ada = proved_owner(&app).await;
    let one = reset_token(&app, &ada.email).await;
    let other = reset_token(&app, &ada.email).await;
    ada.turn_mfa_on().await;
    reset(&app, &one, NEW).await.is(200);
    reset(&app, &other, "Other-Horse-9-Battery")
        .await
        .is_problem(400);
}
