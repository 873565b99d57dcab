//! CRY-02: what was sealed, signed or hashed once opens for ever. The vectors were made by other implementations
//! from the documented formats; they are added to, never changed.

use oneclaw_crypto::{
    Claims, CmekKey, Context, CryptoError, DataEnvelope, KeyId, MacKey, MasterKeyring,
    PasswordHasher, PasswordPolicyParams, SecretText, SigningKey, SymmetricKey, TotpSecret,
    Verifier, Wrapped, sign,
};
use serde_json::Value;

fn read(name: &str) -> Value {
    let path = format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The vectors of a file, of which there must be some.
fn vectors(name: &str) -> Vec<Value> {
    let vectors = read(name)["vectors"].as_array().unwrap().clone();
    assert!(vectors.len() > 1);
    vectors
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap();
    assert!(digits.len().is_multiple_of(2));
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn context(vector: &Value) -> Context {
    let parts = vector["parts"].as_array().unwrap();
    parts
        .iter()
        .fold(Context::new(&text(&vector["purpose"])), |to, part| {
            to.with(&bytes(part))
        })
}

fn key(value: &Value) -> SymmetricKey {
    SymmetricKey::from_bytes(&bytes(value)).unwrap()
}

#[test]
fn cry_02_envelopes_of_version_1_open() {
    for vector in vectors("envelope-v1.json") {
        let kek = key(&vector["kek"]);
        let id = KeyId::parse(&text(&vector["kek_id"])).unwrap();
        let envelope = bytes(&vector["envelope"]);
        let opened = DataEnvelope::open(&kek, id, &context(&vector), &envelope).unwrap();
        assert_eq!(opened.expose(), bytes(&vector["plaintext"]));
        assert_eq!(DataEnvelope::key_id(&envelope), Ok(id));
        let moved = context(&vector).with(b"more");
        assert_eq!(
            DataEnvelope::open(&kek, id, &moved, &envelope).unwrap_err(),
            CryptoError::Opaque
        );
    }
}

#[test]
fn cry_02_keys_wrapped_in_version_1_unwrap() {
    for vector in vectors("master-wrap-v1.json") {
        let ring = MasterKeyring::new(key(&vector["master_key"]), Vec::new()).unwrap();
        assert_eq!(ring.current().to_string(), text(&vector["master_key_id"]));
        let wrapped = Wrapped::parse(bytes(&vector["wrapped"])).unwrap();
        let opened = ring.unwrap(&context(&vector), &wrapped).unwrap();
        assert_eq!(opened.expose(), bytes(&vector["key"]));
    }
}

#[test]
fn cry_09_blobs_of_clients_open() {
    let all = vectors("cmek-v1.json");
    for vector in &all {
        let key = CmekKey::parse(&text(&vector["key"])).unwrap();
        assert_eq!(
            key.fingerprint().to_vec(),
            bytes(&vector["fingerprint"]),
            "{vector}"
        );
        let blob = text(&vector["blob"]);
        assert!(CmekKey::is_blob(&blob));
        let opened = key.open(&blob).unwrap();
        assert_eq!(opened.expose(), bytes(&vector["plaintext"]));
        let ours = key.seal(opened.expose()).unwrap();
        assert_ne!(ours, blob);
        assert_eq!(key.open(&ours).unwrap().expose(), opened.expose());
        let others = all.iter().filter(|other| other["key"] != vector["key"]);
        for other in others {
            assert!(key.open(&text(&other["blob"])).is_err());
        }
    }
}

#[test]
fn cry_02_access_tokens_verify_and_are_made_alike() {
    let vector = read("access-token.json");
    let signing = SigningKey::from_seed(&bytes(&vector["seed"])).unwrap();
    assert_eq!(signing.public_raw().to_vec(), bytes(&vector["public"]));
    assert_eq!(signing.kid(), text(&vector["kid"]));
    let said = &vector["claims"];
    let optional = |name: &str| Some(text(&said[name]));
    let claims = Claims {
        sub: text(&said["sub"]),
        org: text(&said["org"]),
        sid: text(&said["sid"]),
        jti: text(&said["jti"]),
        iat: said["iat"].as_i64().unwrap(),
        exp: said["exp"].as_i64().unwrap(),
        iss: text(&said["iss"]),
        aud: text(&said["aud"]),
        scopes: vec!["db/*".to_owned()],
        role: optional("role"),
        email: optional("email"),
        auth_time: said["auth_time"].as_i64(),
        amr: vec!["pwd".to_owned()],
        key: optional("key"),
        vault_ids: None,
        intents_api_enabled: None,
        environment: None,
    };
    let verifier = Verifier::new([signing.verifying_key()]).unwrap();
    let ours = sign(&signing, &claims).unwrap();
    for token in [text(&vector["token"]).as_str(), ours.expose()] {
        let read = verifier
            .verify(token, claims.iat, &claims.iss, &claims.aud)
            .unwrap();
        assert_eq!(read, claims);
    }
}

#[tokio::test]
async fn cry_02_password_hashes_match() {
    let hasher = PasswordHasher::new(PasswordPolicyParams::default(), 1, 1).unwrap();
    for (vector, outdated) in vectors("argon2id.json").iter().zip([false, true]) {
        let phc = text(&vector["phc"]);
        let password = text(&vector["password"]);
        let wrong = SecretText::new(format!("{password}."));
        let verdict = hasher
            .verify(SecretText::new(password), &phc)
            .await
            .unwrap();
        assert_eq!((verdict.matches, verdict.needs_rehash), (true, outdated));
        assert!(!hasher.verify(wrong, &phc).await.unwrap().matches);
    }
}

#[test]
fn cry_02_keyed_hashes_are_the_same() {
    for vector in vectors("keyed-hash.json") {
        let key = MacKey::from_bytes(&bytes(&vector["key"])).unwrap();
        let (label, data) = (text(&vector["label"]), bytes(&vector["data"]));
        let expected = bytes(&vector["hash"]);
        assert_eq!(key.mac(&label, &data).as_bytes().to_vec(), expected);
        assert!(key.verify(&label, &data, &expected));
    }
}

#[test]
fn cry_02_codes_of_time_steps_are_those_of_the_standard() {
    let file = read("totp.json");
    let secret = TotpSecret::from_bytes(&bytes(&file["secret"])).unwrap();
    assert_eq!(secret.to_base32().expose(), text(&file["secret_base32"]));
    for vector in vectors("totp.json") {
        let (seconds, step) = (vector["seconds"].as_i64().unwrap(), vector["step"].as_i64());
        let code = text(&vector["code"]).split_off(2);
        assert_eq!(secret.code_of(step.unwrap()).expose(), code);
        assert_eq!(secret.step_of(&code, seconds), step);
        assert_eq!(secret.step_of("000000", seconds), None);
    }
}
