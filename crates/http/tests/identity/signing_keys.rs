//! SES-09: the signing key is rotated while instances serve.

use super::steps::{logged_in, refresh};
use oneclaw_services::{KeyAdmin, NoIssuers, NoPayments, Seams, SigningRotation, SystemIds};
use oneclaw_testkit::{
    Instance, Person, TestApp, TokenForge, both_stores, token_claims, token_header,
};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rotates as the operator's command does: over a handle of its own, beside the running servers.
async fn rotate(app: &TestApp, emergency: bool) -> SigningRotation {
    let store = app.test_store().open().await;
    let seams = Seams {
        store: Arc::new(store.clone()),
        key_provider: Arc::new(app.key_provider()),
        clock: Arc::new(app.clock().clone()),
        ids: Arc::new(SystemIds),
        mailer: app.mailer(),
        identities: Arc::new(NoIssuers),
        payments: Arc::new(NoPayments),
    };
    let done = KeyAdmin::new(seams, "ada (uid 1000)".to_owned())
        .rotate_signing(3_600, emergency)
        .await
        .unwrap();
    store.close().await;
    done
}

/// The ids of the keys that an instance publishes.
async fn published(at: &Instance) -> BTreeSet<String> {
    let keys = at.get("/.well-known/jwks.json").await.is(200).get("/keys");
    for key in keys.as_array().unwrap() {
        let mut members: Vec<&String> = key.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(
            members,
            ["alg", "crv", "kid", "kty", "use", "x"],
            "public members only"
        );
    }
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    keys.as_array().unwrap().iter().map(kid).collect()
}

/// A token of the same session, as another instance signs it that has the new key already.
fn from_elsewhere(ada: &Person, forge: &TokenForge) -> Person {
    ada.with(&forge.token(&token_claims(&ada.token)))
}

#[both_stores]
async fn ses_09_a_new_key_is_known_at_once_and_the_old_one_to_its_tokens_end(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let before = token_header(&ada.token)["kid"].as_str().unwrap().to_owned();
    for instance in [&*app, &other] {
        assert_eq!(published(instance).await, BTreeSet::from([before.clone()]));
        ada.at(instance).get("/v1/auth/me").await.is(200);
    }

    let done = rotate(&app, false).await;
    assert_ne!(done.current, before);
    let new = app.token_forge().await;
    assert_eq!(new.kid(), done.current);
    for instance in [&*app, &other] {
        // first met in a token: the store is asked, and the old key goes on
        from_elsewhere(&ada, &new)
            .at(instance)
            .get("/v1/auth/me")
            .await
            .is(200);
        ada.at(instance).get("/v1/auth/me").await.is(200);
        assert_eq!(
            published(instance).await,
            BTreeSet::from([before.clone(), done.current.clone()])
        );
        let current = instance.get("/v1/auth/jwt-public-key").await.is(200);
        assert_eq!(current.str("/kid"), done.current);
        let signed = logged_in(&ada.at(instance)).await;
        assert_eq!(token_header(&signed.token)["kid"], done.current.as_str());
    }

    // a token of the old key lives its 900 seconds, and nothing of that key is left after the last
    app.clock().advance(899);
    ada.at(&other).get("/v1/auth/me").await.is(200);
    app.clock().advance(1);
    ada.at(&other).get("/v1/auth/me").await.is_problem(401);
}

#[both_stores]
async fn ses_09_a_retired_key_verifies_nothing(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let old = app.token_forge().await;
    let done = rotate(&app, false).await;
    let new = app.token_forge().await;
    let until = done.before_until.seconds() - token_claims(&ada.token)["iat"].as_i64().unwrap();
    assert!((3_600..=3_600 + 120).contains(&until), "{until}");

    // the session's own tokens, for as long as a key's token lives, signed by either key
    let mut claims = token_claims(&ada.token);
    claims["exp"] = (claims["iat"].as_i64().unwrap() + 2 * until).into();
    for instance in [&*app, &other] {
        ada.at(instance)
            .with(&new.token(&claims))
            .get("/v1/auth/me")
            .await
            .is(200);
        ada.at(instance)
            .with(&old.token(&claims))
            .get("/v1/auth/me")
            .await
            .is(200);
    }
    app.clock().advance(until - 1);
    ada.at(&other)
        .with(&old.token(&claims))
        .get("/v1/auth/me")
        .await
        .is(200);
    app.clock().advance(1);
    for instance in [&*app, &other] {
        ada.at(instance)
            .with(&old.token(&claims))
            .get("/v1/auth/me")
            .await
            .is_problem(401);
        ada.at(instance)
            .with(&new.token(&claims))
            .get("/v1/auth/me")
            .await
            .is(200);
        let left = BTreeSet::from([done.current.clone()]);
        assert_eq!(published(instance).await, left);
    }
}

#[both_stores]
async fn ses_09_an_emergency_ends_every_token_at_once(app: TestApp) {
    let other = app.another_instance().await;
    let (ada, bob) = (app.owner().await, app.owner().await);
    let old = app.token_forge().await;
    for instance in [&*app, &other] {
        ada.at(instance).get("/v1/auth/me").await.is(200);
        bob.at(instance).get("/v1/auth/me").await.is(200);
    }
    let done = rotate(&app, true).await;
    for instance in [&*app, &other] {
        for person in [&ada, &bob] {
            person.at(instance).get("/v1/auth/me").await.is_problem(401);
            refresh(instance, &person.refresh_token)
                .await
                .is_problem(401);
        }
    }
    // instances look for keys at most once a second
    app.clock().advance(1);
    for instance in [&*app, &other] {
        // whoever stole the old key signs nothing any more, not even for a session of today
        let again = logged_in(&ada.at(instance)).await;
        let forged = old.token(&token_claims(&again.token));
        again.with(&forged).get("/v1/auth/me").await.is_problem(401);
        assert_eq!(token_header(&again.token)["kid"], done.current.as_str());
        again.get("/v1/auth/me").await.is(200);
        let left = BTreeSet::from([done.current.clone()]);
        assert_eq!(published(instance).await, left);
    }
}
