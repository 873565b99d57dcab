//! Sizes, lengths and content types.

use crate::contents::contents;
use crate::doors::doors;
use crate::framing::{exchange, head, status};
use crate::scene::Scene;
use oneclaw_services::AttemptLimit;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

/// Largest value, in bytes (contract 11).
const MIB: usize = 1024 * 1024;

#[both_stores]
async fn in_10_values_up_to_the_last_byte(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ascii, wide) = ("x".repeat(MIB), "é".repeat(MIB / 2));
    for value in [&ascii, &wide] {
        scene.ada.keep(&scene.vault, "app/large", value).await;
        assert_eq!(
            scene
                .ada
                .read(&scene.vault, "app/large")
                .await
                .is(200)
                .str("/value"),
            *value
        );
        let body = json!({ "new_value": value });
        scene
            .ada
            .post(&scene.in_vault("secret-rotate/app/large"), body)
            .await
            .is(201);
        assert_eq!(
            scene
                .ada
                .read(&scene.vault, "app/large")
                .await
                .is(200)
                .str("/value"),
            *value
        );
    }
    let before = contents(&app).await;
    // one character less than too many, but one byte more
    for value in [
        ascii + "x",
        wide.clone() + "x",
        "x".to_owned() + &wide,
        "é".repeat(MIB / 2 + 1),
    ] {
        let body = json!({ "value": value }).to_string();
        scene.put_raw("app/large", &body).await.is_invalid("value");
        scene
            .put_raw("app/another", &body)
            .await
            .is_invalid("value");
        for target in ["secret-rotate/app/large", "secrets/app/large/rotate"] {
            let body = json!({ "new_value": value });
            scene
                .ada
                .post(&scene.in_vault(target), body)
                .await
                .is_invalid("new_value");
        }
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_10_a_value_limit_of_ones_own(app: TestApp) {
    let scene = Scene::of(&app).await;
    let strict = app
        .instance_with(|services, _| services.max_value_bytes = 10)
        .await;
    let ada = scene.ada.at(&strict);
    ada.keep(&scene.vault, "app/small", "0123456789").await;
    let target = scene.in_vault("secrets/app/small");
    ada.put(&target, json!({ "value": "0123456789x" }))
        .await
        .is_invalid("value");
    let answer = ada
        .post(
            &format!("{target}/rotate"),
            json!({ "new_value": "0123456789x" }),
        )
        .await;
    let answer = answer.is_invalid("new_value");
    assert!(
        answer.str("/fields/new_value").contains("10 bytes"),
        "{}",
        answer.text()
    );
    // a generated value is as long as was asked for
    ada.post(&format!("{target}/rotate"), json!({ "length": 32 }))
        .await
        .is(201);
    assert_eq!(
        scene
            .ada
            .read(&scene.vault, "app/small")
            .await
            .is(200)
            .str("/value")
            .len(),
        32
    );
}

#[both_stores]
async fn in_10_bodies_over_the_limit(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for door in doors(&scene) {
        let mut body = door.body.to_string();
        body.push_str(&" ".repeat(2 * MIB + 1 - body.len()));
        let refused = door.request().body(body.clone()).try_send().await;
        // the server may hang up before it has read what it does not want
        if let Ok(answer) = refused {
            let answer = answer.is_problem(413);
            assert_eq!(
                answer.header("connection"),
                Some("close"),
                "{}",
                answer.asked
            );
        }
    }
    let body = json!({ "value": "x", "metadata": { "a": "x".repeat(16 * 1024) } });
    scene
        .put_raw("app/key", &body.to_string())
        .await
        .is_invalid("metadata");
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_10_lengths_that_lie(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let target = scene.in_vault("secrets/app/key");
    let head = head("PUT", &target, &scene.ada.token);
    let body = r#"{"value":"a-value-of-some-length"}"#;
    let longer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len() + 10);
    let answer = exchange(&app, longer.as_bytes());
    assert_eq!(status(&answer), 400, "{answer}");
    let shorter = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len() - 10);
    let answer = exchange(&app, shorter.as_bytes());
    assert_eq!(status(&answer), 400, "{answer}");
    // what is left over may be refused once more, but is no request
    assert!(!answer.contains("HTTP/1.1 2"), "{answer}");

    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    let endless = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{}",
        chunk.repeat(33)
    );
    let answer = exchange(&app, endless.as_bytes());
    assert_eq!(status(&answer), 413, "{answer}");
    let broken_off = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n",
        body.len()
    );
    let answer = exchange(&app, broken_off.as_bytes());
    assert_eq!(status(&answer), 400, "{answer}");
    scene.is_untouched(&before, &[]).await;

    let whole = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert_eq!(status(&exchange(&app, whole.as_bytes())), 201);
}

#[both_stores]
async fn in_10_long_urls_and_many_parameters(app: TestApp) {
    let scene = Scene::of(&app).await;
    for (list, known) in [
        ("/v1/vaults".to_owned(), "limit"),
        ("/v1/auth/api-keys".to_owned(), "cursor"),
        (scene.in_vault("secrets"), "prefix"),
        (scene.in_vault("secret-versions/app/key"), "limit"),
    ] {
        let long = scene
            .ada
            .get(&format!("{list}?{}", "a".repeat(16 * 1024)))
            .await;
        assert!(
            matches!(long.status, 414 | 431),
            "{}: {}",
            list,
            long.status
        );
        let many = "a=1&".repeat(1000);
        scene
            .ada
            .get(&format!("{list}?{many}"))
            .await
            .is_invalid("query");
        scene
            .ada
            .get(&format!("{list}?{known}=1&{known}=9"))
            .await
            .is_invalid(known);
        let encoded = known.replacen(&known[..1], &format!("%{:02x}", known.as_bytes()[0]), 1);
        scene
            .ada
            .get(&format!("{list}?{known}=1&{encoded}=9"))
            .await
            .is_invalid(known);
        scene
            .ada
            .get(&format!("{list}?nobody=1&nobody=2&%ff=%00&&="))
            .await
            .is(200);
    }
}

#[both_stores]
async fn in_09_types_and_codings_that_are_not_read(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    // ten bytes that a gzip of nothing begins with; what it would unpack to is never asked
    let gzip = [0x1f_u8, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    for door in doors(&scene) {
        for content_type in [
            "text/plain",
            "text/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json;charset=utf-16",
            "application/json, text/plain",
        ] {
            let request = door.request().header("content-type", content_type);
            request
                .body(door.body.to_string())
                .send()
                .await
                .is_problem(415);
        }
        for coding in ["gzip", "deflate", "br", "identity, gzip"] {
            let request = door.request().header("content-type", "application/json");
            let request = request.header("content-encoding", coding);
            request
                .clone()
                .body(door.body.to_string())
                .send()
                .await
                .is_problem(415);
            request.body(gzip).send().await.is_problem(415);
        }
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_09_a_limiter_counts_whatever_the_type_is_called(app: TestApp) {
    let scene = Scene::of(&app).await;
    let three = AttemptLimit {
        tries: 3,
        seconds: 900,
    };
    let strict = app
        .instance_with(|services, _| services.failed_passwords = three)
        .await;
    let login = |content_type: Option<&str>, password: &str| {
        let body = json!({ "email": scene.ada.email, "password": password }).to_string();
        let request = strict.request("POST", "/v1/auth/token").body(body);
        match content_type {
            Some(content_type) => request.header("content-type", content_type),
            None => request,
        }
    };
    for _ in 0..5 {
        login(Some("text/plain"), &scene.ada.password)
            .send()
            .await
            .is_problem(415);
    }
    let types = [
        None,
        Some("application/json; charset=utf-8"),
        Some("APPLICATION/JSON; x=y"),
    ];
    for content_type in types {
        login(content_type, "Wrong-Horse-1-Battery")
            .send()
            .await
            .is_problem(401);
    }
    for content_type in types {
        login(content_type, &scene.ada.password)
            .send()
            .await
            .is_problem(429);
    }
}
