//! Every limit that counts: who reaches it is told when it opens, on whichever instance.

use super::ground::{Ground, THREE, WRONG, address, from, limited, post, two, wait_of};
use oneclaw_services::{AttemptLimit, Settings};
use oneclaw_testkit::{Instance, Request, TestApp, both_stores};
use serde_json::json;

/// Whose requests a limit counts together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Those of one client.
    Address,
    /// All about one thing, from wherever they come.
    Thing,
}

struct Limit {
    name: &'static str,
    by: By,
    set: fn(&mut Settings, AttemptLimit),
    /// The request of a number; some must be about something new each time.
    ask: fn(&Ground, &Instance, usize) -> Request,
}

const LIMITS: [Limit; 15] = [
    Limit {
        name: "failed passwords of an account",
        by: By::Thing,
        set: |settings, limit| settings.failed_passwords = limit,
        ask: |ground, at, _| {
            let body = json!({ "email": ground.ada.email, "password": WRONG });
            post(at, "/v1/auth/token", &body)
        },
    },
    Limit {
        name: "failed codes of an account",
        by: By::Thing,
        set: |settings, limit| settings.failed_codes = limit,
        ask: |ground, at, _| {
            let guarded = ground.guarded.at(at);
            let body = json!({ "code": "00000-00000" });
            guarded.request("DELETE", "/v1/auth/mfa").json(&body)
        },
    },
    Limit {
        name: "failed device codes of an account",
        by: By::Thing,
        set: |settings, limit| settings.failed_device_codes = limit,
        ask: |ground, at, _| {
            let body = json!({ "user_code": "BBBB-BBBB" });
            let ada = ground.ada.at(at);
            ada.request("POST", "/v1/auth/device/lookup").json(&body)
        },
    },
    Limit {
        name: "failed device codes of a client",
        by: By::Address,
        set: |settings, limit| settings.failed_device_codes = limit,
        ask: |_, at, _| at.request("GET", "/v1/auth/device/code/BBBB-BBBB"),
    },
    Limit {
        name: "failed passphrases of a client",
        by: By::Address,
        set: |settings, limit| settings.failed_passphrases = limit,
        ask: |ground, at, _| ground.unlock(at, "a wrong passphrase"),
    },
    Limit {
        name: "shares of an organization",
        by: By::Thing,
        set: |settings, limit| settings.shares = limit,
        ask: |ground, at, _| {
            let target = format!("/v1/secrets/{}/share", ground.secret_id);
            let body = json!({ "recipient_type": "anyone_with_link" });
            ground.ada.at(at).request("POST", &target).json(&body)
        },
    },
    Limit {
        name: "shares by mail of an organization",
        by: By::Thing,
        set: |settings, limit| settings.invites = limit,
        ask: |ground, at, number| {
            let target = format!("/v1/secrets/{}/share", ground.secret_id);
            let email = format!("shared{number}@x.test");
            let body = json!({ "recipient_type": "external_email", "email": email });
            ground.ada.at(at).request("POST", &target).json(&body)
        },
    },
    Limit {
        name: "mails for forgotten passwords of a client",
        by: By::Address,
        set: |settings, limit| settings.password_mails = limit,
        ask: |_, at, number| {
            let body = json!({ "email": format!("forgot{number}@x.test") });
            post(at, "/v1/auth/forgot-password", &body)
        },
    },
    Limit {
        name: "signups of a client",
        by: By::Address,
        set: |settings, limit| settings.signups = limit,
        ask: |_, at, number| {
            let body = json!({ "email": format!("new{number}@x.test"), "password": WRONG });
            post(at, "/v1/auth/signup", &body)
        },
    },
    Limit {
        name: "API keys that a client made up",
        by: By::Address,
        set: |settings, limit| settings.invalid_keys = limit,
        ask: |_, at, number| {
            let body = json!({ "api_key": format!("1ck_{number:042}A") });
            post(at, "/v1/auth/api-key-token", &body)
        },
    },
    Limit {
        name: "invitations of an organization",
        by: By::Thing,
        set: |settings, limit| settings.invites = limit,
        ask: |ground, at, number| {
            let body = json!({ "email": format!("invited{number}@x.test") });
            let ada = ground.ada.at(at);
            ada.request("POST", "/v1/org/invite").json(&body)
        },
    },
    Limit {
        name: "invitations to an address",
        by: By::Thing,
        set: |settings, limit| settings.invites_per_address = limit,
        ask: |ground, at, _| {
            let body = json!({ "email": "invited@x.test" });
            let ada = ground.ada.at(at);
            ada.request("POST", "/v1/org/invite").json(&body)
        },
    },
    Limit {
        name: "agents' requests of a client",
        by: By::Address,
        set: |settings, limit| settings.enrollments = limit,
        ask: |_, at, _| post(at, "/v1/agents/enroll", &json!({ "name": "builder" })),
    },
    Limit {
        name: "agents' requests to an address",
        by: By::Thing,
        set: |settings, limit| settings.enrollments_per_address = limit,
        ask: |_, at, _| {
            let body = json!({ "name": "builder", "human_email": "decides@x.test" });
            post(at, "/v1/agents/enroll", &body)
        },
    },
    Limit {
        name: "devices of a client",
        by: By::Address,
        set: |settings, limit| settings.device_codes = limit,
        ask: |_, at, _| post(at, "/v1/auth/device/code", &json!({})),
    },
];

#[both_stores]
async fn fld_02_each_limit_holds_on_all_instances_together_and_opens_again(app: TestApp) {
    let ground = Ground::of(&app).await;
    for limit in &LIMITS {
        let fronts = two(&app, |settings| (limit.set)(settings, THREE)).await;
        let mut number = 0;
        let mut ask = |at: &Instance| {
            number += 1;
            let client = match limit.by {
                By::Address => address(0),
                By::Thing => address(number),
            };
            from((limit.ask)(&ground, at, number), &client).send()
        };
        for front in [0, 1, 0] {
            let answer = ask(&fronts[front]).await;
            assert!(answer.status < 429, "{}: {}", limit.name, answer.text());
        }
        let before = limited(&app).await;
        let mut wait = 0;
        for front in [1, 0, 1] {
            let answer = ask(&fronts[front]).await;
            assert_eq!(answer.status, 429, "{}: {}", limit.name, answer.text());
            wait = wait_of(answer);
        }
        let told = limited(&app).await - before;
        assert_eq!(told, 1, "{}: a flood is one line", limit.name);
        app.clock().advance(wait - 1);
        let early = ask(&fronts[0]).await;
        assert_eq!(early.status, 429, "{}: it says too long a wait", limit.name);
        app.clock().advance(1);
        let again = ask(&fronts[1]).await;
        assert!(again.status < 429, "{}: {}", limit.name, again.text());
        for front in fronts {
            front.stop().await;
        }
    }
}
