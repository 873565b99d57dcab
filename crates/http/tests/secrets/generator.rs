//! CRY-06: without random bytes there are no keys, and nothing takes their place.

use crate::place::Place;
use async_trait::async_trait;
use oneclaw_crypto::{
    Context, CryptoError, FileKeyProvider, KeyId, KeyProvider, Plaintext, Wrapped,
};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const VALUE: &str = "kept under a key of before";

/// The key file of the test, beside a random generator that fails as long as it is told to.
struct Exhausted {
    file: FileKeyProvider,
    failing: AtomicBool,
}

impl Exhausted {
    fn over(app: &TestApp) -> Arc<Self> {
        let (file, failing) = (app.key_provider(), AtomicBool::new(false));
        Arc::new(Self { file, failing })
    }

    fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
    }

    fn draw(&self) -> Result<(), CryptoError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(CryptoError::Random);
        }
        Ok(())
    }
}

#[async_trait]
impl KeyProvider for Exhausted {
    fn describe(&self) -> String {
        self.file.describe()
    }

    fn current(&self) -> KeyId {
        self.file.current()
    }

    async fn knows(&self, id: KeyId) -> bool {
        self.file.knows(id).await
    }

    async fn refresh(&self) -> Result<(), CryptoError> {
        self.file.refresh().await
    }

    async fn wrap(&self, context: &Context, key: &[u8]) -> Result<Wrapped, CryptoError> {
        self.draw()?;
        self.file.wrap(context, key).await
    }

    async fn unwrap(&self, context: &Context, wrapped: &Wrapped) -> Result<Plaintext, CryptoError> {
        self.draw()?;
        self.file.unwrap(context, wrapped).await
    }
}

fn unavailable(answer: Answer) {
    let answer = answer.is_problem(503);
    let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!(wait > 0);
    assert!(!answer.text().contains(VALUE));
}

#[both_stores]
async fn cry_06_without_random_bytes_no_vault_is_made_and_none_is_left_behind(app: TestApp) {
    let keys = Exhausted::over(&app);
    let ada = app.owner().await;
    let here = ada.at(&app.instance_over(keys.clone()).await);
    ada.vault("before").await;
    // The keys of tokens are open by now, so that it is the vault's own key which cannot be had.
    here.get("/v1/vaults").await.is(200);
    let (rows, events) = (app.count("vaults").await, app.events().await);

    keys.fail(true);
    unavailable(here.post("/v1/vaults", json!({ "name": "without" })).await);
    assert_eq!(app.count("vaults").await, rows);
    // A fault of the server is no refusal, and nothing was done: the journal has nothing to say.
    assert_eq!(app.events().await, events);

    // Nothing of it is in the way once there are random bytes again.
    keys.fail(false);
    here.vault("without").await;
    assert_eq!(app.count("vaults").await, rows + 1);
}

#[both_stores]
async fn cry_06_a_read_whose_vault_key_cannot_be_had_gives_nothing_and_counts_nothing(
    app: TestApp,
) {
    let keys = Exhausted::over(&app);
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("prod").await, "once");
    at.put(&ada, VALUE, json!({ "max_access_count": 1 }))
        .await
        .is(201);
    // This instance has opened the keys of tokens, and not yet the key of the vault.
    let here = ada.at(&app.instance_over(keys.clone()).await);
    here.get("/v1/vaults").await.is(200);
    let events = app.events().await;

    keys.fail(true);
    for target in [at.secret(), at.version(1)] {
        unavailable(here.get(&target).await);
    }
    unavailable(at.put(&here, "another", json!({})).await);
    unavailable(here.post_empty(&at.rotate()).await);
    assert_eq!(app.count("secret_versions").await, 1);
    assert_eq!(app.events().await, events);
    assert_eq!(at.count(&ada, 1).await, 0);

    keys.fail(false);
    assert_eq!(here.get(&at.secret()).await.is(200).str("/value"), VALUE);
    assert_eq!(at.count(&ada, 1).await, 1);
    here.get(&at.secret()).await.is_problem(410);
}
