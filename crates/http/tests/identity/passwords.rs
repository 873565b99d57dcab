//! AUTH-05: what a password may be, and that all of it counts.

use super::steps::{login, rows};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

/// Passwords that are refused for a reason in these words.
const REFUSED: [(&str, &str); 8] = [
    ("Sh0rt-pass!", "at least 12"),
    ("Password123!", "common"),
    ("P@ssw0rd12345!", "common"),
    ("ada@x.test-AB-12", "e-mail"),
    ("Ada@X.TEST-ab-12", "e-mail"),
    ("all-lower-case-9", "upper"),
    ("NoDigitsHere-Aa", "digit"),
    ("", "empty"),
];

fn account(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

fn padded(length: usize) -> String {
    format!("Aa1-{}", "x".repeat(length - 4))
}

#[both_stores]
async fn auth_05_bad_passwords_are_refused_with_the_reason(app: TestApp) {
    app.post("/v1/auth/signup", account("eve@x.test", &padded(256)))
        .await
        .is(200);
    let (before, hashes) = (rows(&app).await, app.services().password_hashes());
    let long = padded(257);
    let refused = REFUSED
        .iter()
        .copied()
        .chain([(long.as_str(), "at most 256")]);
    for (password, why) in refused {
        let answer = app
            .post("/v1/auth/signup", account("ada@x.test", password))
            .await;
        let reason = answer.is_invalid("password").str("/fields/password");
        assert!(reason.contains(why), "{password}: {reason}");
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(
        app.services().password_hashes(),
        hashes,
        "a refused password was hashed"
    );
}

#[both_stores]
async fn auth_05_a_change_of_password_goes_by_the_same_rule(app: TestApp) {
    let ada = app.owner().await;
    let change = async |new: &str| {
        let body = json!({ "current_password": ada.password, "new_password": new });
        ada.post("/v1/auth/change-password", body).await
    };
    let own = format!("{}-AB-12", ada.email);
    let long = padded(257);
    let mut refused = REFUSED.to_vec();
    refused.retain(|(password, _)| !password.to_lowercase().starts_with("ada@"));
    refused.extend([(own.as_str(), "e-mail"), (long.as_str(), "at most 256")]);
    refused.push((ada.password.as_str(), "differ"));
    for (password, why) in refused {
        let answer = change(password).await.is_invalid("new_password");
        let reason = answer.str("/fields/new_password");
        assert!(reason.contains(why), "{password}: {reason}");
    }
    login(&app, &ada.email, &ada.password).send().await.is(200);
}

#[both_stores]
async fn auth_05_a_huge_password_is_refused_before_it_is_hashed(app: TestApp) {
    let ada = app.owner().await;
    let hashes = app.services().password_hashes();
    let huge = padded(1024 * 1024);
    for target in ["/v1/auth/signup", "/v1/auth/token"] {
        app.post(target, account("ada@x.test", &huge))
            .await
            .is_invalid("password");
    }
    for (current, new, field) in [
        (huge.as_str(), "Correct-Horse-6-Battery", "current_password"),
        (ada.password.as_str(), huge.as_str(), "new_password"),
    ] {
        let body = json!({ "current_password": current, "new_password": new });
        ada.post("/v1/auth/change-password", body)
            .await
            .is_invalid(field);
    }
    assert_eq!(app.services().password_hashes(), hashes);
}

#[both_stores]
async fn auth_05_every_character_counts(app: TestApp) {
    let long = padded(200);
    app.post("/v1/auth/signup", account("long@x.test", &long))
        .await
        .is(200);
    let differs_late = format!("{}y", padded(199));
    let cut_at_72 = padded(72);
    for wrong in [
        differs_late,
        cut_at_72,
        format!("{long} "),
        long.to_lowercase(),
    ] {
        login(&app, "long@x.test", &wrong)
            .send()
            .await
            .is_problem(401);
    }
    login(&app, "long@x.test", &long).send().await.is(200);
}

#[both_stores]
async fn auth_05_any_script_in_either_form(app: TestApp) {
    let composed = "Caf\u{e9} cr\u{e8}me 12 \u{1f389}";
    let decomposed = "Cafe\u{301} cre\u{300}me 12 \u{1f389}";
    for (email, chosen) in [("one@x.test", composed), ("two@x.test", decomposed)] {
        app.post("/v1/auth/signup", account(email, chosen))
            .await
            .is(200);
        for typed in [composed, decomposed] {
            login(&app, email, typed).send().await.is(200);
        }
        login(&app, email, "Cafe creme 12 \u{1f389}")
            .send()
            .await
            .is_problem(401);
    }
}
