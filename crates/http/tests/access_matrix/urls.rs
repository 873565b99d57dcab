//! TEN-07: another spelling of a URL, or a header that speaks of another one, gets nobody past a guard.

use oneclaw_http::{Auth, Place, TABLE};
use oneclaw_testkit::{Stage, TestApp, both_stores};

#[both_stores]
async fn ten_07_no_spelling_of_a_url_goes_round_its_guard(app: TestApp) {
    let stage = Stage::set(&app).await;
    for target in [
        "/V1/vaults",
        "/v1/Vaults",
        "//v1/vaults",
        "/v1//vaults",
        "/v1/./vaults",
        "/v1/auth/../vaults",
        "/v1/%2e/vaults",
        "/v1/vaults;a=b",
        "/v1;a=b/vaults",
        "/v1/vaults/",
        "/v1/vaults/.",
        "/v1/vaults%2f",
        "/v1/vaults%00",
        "/v1%2fvaults",
        "/v1/v1/vaults",
        "/api/v1/api/v1/vaults",
        "/api/api/v1/vaults",
        "/api//v1/vaults",
        "/api/vaults",
        "/vaults",
    ] {
        stage.who.get(target).await.is_problem(404);
        // some of them are where a vault's id would be, and so are guarded
        let nobody = app.get(target).await;
        assert!([401, 404].contains(&nobody.status), "{}", nobody.asked);
    }
    // an escaped letter is the letter
    stage.who.get("/v1/%76aults").await.is(200);
    app.get("/v1/%76aults").await.is_problem(401);
}

#[both_stores]
async fn ten_07_every_guarded_route_is_guarded_at_both_of_its_places(app: TestApp) {
    let stage = Stage::set(&app).await;
    let nobody = stage.who.with("");
    let all = TABLE.iter().flat_map(|rows| rows.iter());
    let mut tried = 0;
    for endpoint in all.filter(|endpoint| endpoint.auth == Auth::Bearer) {
        assert_eq!(endpoint.place, Place::Api, "{}", endpoint.id);
        stage
            .request(endpoint, &nobody)
            .send()
            .await
            .is_problem(401);
        let target = format!("/api{}", stage.target(endpoint));
        let alias = app.request(endpoint.method.as_str(), &target);
        alias.send().await.is_problem(401);
        tried += 1;
    }
    assert!(tried > 40, "{tried}");
}

#[both_stores]
async fn ten_07_no_header_speaks_for_the_url_the_method_or_the_organization(app: TestApp) {
    let stage = Stage::set(&app).await;
    let eve = app.owner().await;
    let vault = format!("/v1/vaults/{}", stage.vault);
    for (name, value) in [
        ("x-org-id", stage.who.org_id.as_str()),
        ("x-organization-id", &stage.who.org_id),
        ("x-user-id", &stage.who.user_id),
        ("x-forwarded-user", &stage.who.email),
        ("x-original-url", "/v1/auth/me"),
        ("x-rewrite-url", "/v1/auth/me"),
        ("x-forwarded-prefix", "/api"),
        ("x-http-method-override", "DELETE"),
        ("x-http-method", "DELETE"),
        ("x-method-override", "DELETE"),
    ] {
        let get = |target: &str| eve.request("GET", target).header(name, value);
        get(&vault).send().await.is_problem(404);
        let mine = get("/v1/org/members").send().await.is(200);
        assert_eq!(mine.str("/members/0/user_id"), eve.user_id, "{name}");
        let nobody = app.request("GET", &vault).header(name, value);
        nobody.send().await.is_problem(401);
        let own = stage.who.request("GET", &vault).header(name, value);
        assert_eq!(own.send().await.is(200).str("/id"), stage.vault, "{name}");
    }
    stage.who.get(&vault).await.is(200);
}
