//! Every request that proves something, or asks for a proof, is counted by the client's address.

use super::ground::{Ground, THREE, address, from, limited, post, two, wait_of};
use oneclaw_services::Settings;
use oneclaw_testkit::{Instance, Request, TestApp, both_stores};
use serde_json::json;

/// What somebody without a credential may ask.
pub(crate) struct Door {
    pub(crate) name: &'static str,
    pub(crate) ask: fn(&Ground, &Instance) -> Request,
}

/// All of them. The requests are as good as refused: what counts is that they are counted.
pub(crate) const DOORS: [Door; 15] = [
    Door {
        name: "login",
        ask: |_, at| post(at, "/v1/auth/token", &json!({})),
    },
    Door {
        name: "second factor",
        ask: |_, at| post(at, "/v1/auth/mfa/verify", &json!({})),
    },
    Door {
        name: "token of an issuer",
        ask: |_, at| post(at, "/v1/auth/google", &json!({})),
    },
    Door {
        name: "signup",
        ask: |_, at| post(at, "/v1/auth/signup", &json!({})),
    },
    Door {
        name: "forgotten password",
        ask: |_, at| post(at, "/v1/auth/forgot-password", &json!({})),
    },
    Door {
        name: "new password",
        ask: |_, at| post(at, "/v1/auth/reset-password", &json!({})),
    },
    Door {
        name: "proved address",
        ask: |_, at| post(at, "/v1/auth/verify-email", &json!({})),
    },
    Door {
        name: "device",
        ask: |_, at| post(at, "/v1/auth/device/code", &json!({ "client_id": 1 })),
    },
    Door {
        name: "device's question",
        ask: |_, at| post(at, "/v1/auth/device/token", &json!({})),
    },
    Door {
        name: "device's code",
        ask: |_, at| at.request("GET", "/v1/auth/device/code/BBBB-BBBB"),
    },
    Door {
        name: "share",
        ask: |ground, at| at.request("GET", &format!("/v1/share/{}", ground.locked_id)),
    },
    Door {
        name: "share that is none",
        ask: |_, at| at.request("GET", "/v1/share/018f3a52-7d1c-7e11-9a55-3b7a2f9d4c00"),
    },
    Door {
        name: "share with a malformed id",
        ask: |_, at| at.request("GET", "/v1/share/nonsense"),
    },
    Door {
        name: "share by POST",
        ask: |ground, at| post(at, &format!("/v1/share/{}", ground.locked_id), &json!({})),
    },
    Door {
        name: "preview of a share",
        ask: |ground, at| {
            let target = format!("/v1/share/{}/preview", ground.locked_id);
            post(at, &target, &json!({}))
        },
    },
];

/// Few may come through each of them.
pub(crate) fn narrow(settings: &mut Settings) {
    settings.logins_per_address = THREE;
    settings.proofs_per_address = THREE;
    settings.share_reads_per_address = THREE;
}

#[both_stores]
async fn fld_02_each_door_lets_so_many_through_on_all_instances_together(app: TestApp) {
    let ground = Ground::of(&app).await;
    let fronts = two(&app, narrow).await;
    for (number, door) in DOORS.iter().enumerate() {
        // a client that other doors have not seen
        let client = address(number);
        let ask = |at: &Instance, client: &str| from((door.ask)(&ground, at), client).send();
        for front in [0, 1, 0] {
            let answer = ask(&fronts[front], &client).await;
            assert_ne!(answer.status, 429, "{}", door.name);
            assert_ne!(answer.status, 503, "{}", door.name);
        }
        let before = limited(&app).await;
        let mut wait = 0;
        for front in [1, 0, 1, 0] {
            wait = wait_of(ask(&fronts[front], &client).await);
        }
        let told = limited(&app).await - before;
        assert_eq!(told, 1, "{}: a flood is one line", door.name);
        // nobody else is held up
        let other = ask(&fronts[0], &format!("2001:db8:{number:x}::1")).await;
        assert_ne!(other.status, 429, "{}", door.name);
        app.clock().advance(wait - 1);
        ask(&fronts[1], &client).await.is_problem(429);
        app.clock().advance(1);
        let again = ask(&fronts[1], &client).await;
        assert_ne!(again.status, 429, "{}: it says too short a wait", door.name);
    }
}

#[both_stores]
async fn fld_09_one_door_closes_no_other(app: TestApp) {
    let ground = Ground::of(&app).await;
    let fronts = two(&app, narrow).await;
    let client = address(0);
    let ask = |door: &Door| from((door.ask)(&ground, &fronts[0]), &client).send();
    for _ in 0..4 {
        ask(&DOORS[0]).await;
    }
    ask(&DOORS[0]).await.is_problem(429);
    for door in &DOORS[1..11] {
        let answer = ask(door).await;
        assert_ne!(answer.status, 429, "{}", door.name);
    }
    // who is in stays in
    let me = ground.ada.at(&fronts[0]);
    from(me.request("GET", "/v1/auth/me"), &client)
        .send()
        .await
        .is(200);
}
