//! A vault under a customer's key, and its rotation to another.

use crate::place::Place;
use oneclaw_testkit::{Answer, CustomerKey, Person, TestApp};
use serde_json::{Value, json};

/// Somebody with a vault under the old of two keys.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    pub(crate) ada: Person,
    pub(crate) vault: String,
    pub(crate) old: CustomerKey,
    pub(crate) new: CustomerKey,
}

impl Scene {
    pub(crate) async fn of(app: &TestApp) -> Self {
        let ada = app.owner().await;
        let (vault, old) = (ada.vault("prod").await, CustomerKey::of(1));
        ada.enable_cmek(&vault, &old).await.is(200);
        Self {
            app: app.clone(),
            ada,
            vault,
            old,
            new: CustomerKey::of(2),
        }
    }

    pub(crate) fn at(&self, path: &str) -> Place {
        Place::new(&self.vault, path)
    }

    /// Versions of one path under the old key, which say their number.
    pub(crate) async fn put(&self, path: &str, versions: usize) {
        for number in 1..=versions {
            let blob = self.old.encrypt(&format!("{path} {number}"));
            self.at(path).put(&self.ada, &blob, json!({})).await.is(201);
        }
    }

    pub(crate) async fn begin(&self) -> Answer {
        let begun = self.ada.rotate_cmek(&self.vault, &self.old, &self.new);
        begun.await.is(202)
    }

    pub(crate) async fn job(&self, begun: &Answer) -> Answer {
        self.ada
            .get(begun.header("location").unwrap())
            .await
            .is(200)
    }

    /// One batch; how many rotations are not over yet.
    pub(crate) async fn batch(&self) -> usize {
        self.app.services().turn_rotations().await.unwrap()
    }

    pub(crate) async fn to_the_end(&self) {
        let mut batches = 0;
        while self.batch().await > 0 {
            batches += 1;
            assert!(batches < 100, "a rotation without an end");
        }
    }

    /// What a version says, under which key it says it is, and what opens with which key.
    pub(crate) async fn version(
        &self,
        path: &str,
        number: i64,
    ) -> (String, Option<String>, Option<String>) {
        let read = self.ada.get(&self.at(path).version(number)).await.is(200);
        assert_eq!(read.get("/cmek_encrypted"), true);
        let value = read.str("/value");
        let fingerprint = read.str("/cmek_fingerprint");
        (
            fingerprint,
            self.old.decrypt(&value),
            self.new.decrypt(&value),
        )
    }

    pub(crate) async fn is_rotated(&self, path: &str, number: i64) {
        let expected = (
            self.new.fingerprint(),
            None,
            Some(format!("{path} {number}")),
        );
        assert_eq!(
            self.version(path, number).await,
            expected,
            "{path} {number}"
        );
    }

    pub(crate) async fn is_old(&self, path: &str, number: i64) {
        let expected = (
            self.old.fingerprint(),
            Some(format!("{path} {number}")),
            None,
        );
        assert_eq!(
            self.version(path, number).await,
            expected,
            "{path} {number}"
        );
    }

    pub(crate) async fn active(&self) -> Value {
        let shown = self.ada.get(&format!("/v1/vaults/{}", self.vault)).await;
        shown.is(200).get("/cmek_fingerprint")
    }
}
