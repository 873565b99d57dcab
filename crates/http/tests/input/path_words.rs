//! Secret paths that look like the endpoints' own words, and where a path ends and a version begins.

use crate::scene::{Scene, VALUE, members};
use oneclaw_testkit::{TestApp, both_stores};

/// Paths made of words and numbers that endpoints use, too.
const NAMES: [&str; 17] = [
    "db",
    "db/1",
    "db/1/2",
    "x",
    "x/versions",
    "a",
    "a/rotate",
    "a/rotate/rotate",
    "rotate",
    "versions",
    "secret-version",
    "secret-version/db/1",
    "secrets",
    "secret-rotate/a",
    "1",
    "v1/vaults",
    "api/v1",
];

/// What is no version's number.
const NO_VERSIONS: [&str; 15] = [
    "0",
    "-1",
    "01",
    "+1",
    "%2B1",
    "1.0",
    "1e0",
    "0x1",
    "%201",
    "1%20",
    "1%00",
    "12345678901234567890",
    "%D9%A1",
    "1%2F2",
    "latest",
];

#[both_stores]
async fn path_08_names_that_look_like_endpoints(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, vault) = (&scene.ada, &scene.vault);
    for name in NAMES {
        ada.keep(vault, name, &format!("value of {name}")).await;
    }
    for name in NAMES {
        assert_eq!(
            ada.read(vault, name).await.is(200).str("/value"),
            format!("value of {name}")
        );
        let encoded = ada.read(vault, &name.replace('/', "%2F")).await.is(200);
        assert_eq!(encoded.str("/value"), format!("value of {name}"));
        let version = ada
            .get(&scene.in_vault(&format!("secret-version/{name}/1")))
            .await
            .is(200);
        assert_eq!(version.str("/value"), format!("value of {name}"));
        let versions = ada
            .get(&scene.in_vault(&format!("secret-versions/{name}")))
            .await
            .is(200);
        assert_eq!(members(&versions, "versions", "path"), [name]);
    }
    // the last raw `/rotate` of a POST is the endpoint's, every other one the path's
    for (target, path) in [
        ("secrets/a/rotate", "a"),
        ("secrets/a/rotate/rotate", "a/rotate"),
        ("secrets/a%2Frotate/rotate", "a/rotate"),
        ("secret-rotate/a/rotate", "a/rotate"),
        ("secret-rotate/a%2Frotate", "a/rotate"),
        ("secrets/rotate/rotate", "rotate"),
    ] {
        assert_eq!(
            ada.post_empty(&scene.in_vault(target))
                .await
                .is(201)
                .str("/path"),
            path,
            "{target}"
        );
    }
    ada.post_empty(&scene.in_vault("secrets/a%2Frotate"))
        .await
        .is_problem(405);
}

#[both_stores]
async fn path_08_the_last_raw_slash_parts_path_and_version(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, vault) = (&scene.ada, &scene.vault);
    for (path, value) in [
        ("db", "one"),
        ("db/1", "first"),
        ("db/1", "second"),
        ("db/1/2", "deep"),
    ] {
        ada.keep(vault, path, value).await;
    }
    let version = async |tail: &str| {
        ada.get(&scene.in_vault(&format!("secret-version/{tail}")))
            .await
    };
    for (tail, value) in [
        ("db%2F1/2", "second"),
        ("db/1/2", "second"),
        ("db/1/1", "first"),
        ("db/1", "one"),
        ("db/1/2/1", "deep"),
        ("db%2F1%2F2/1", "deep"),
        ("db/1/%32", "second"),
    ] {
        assert_eq!(version(tail).await.is(200).str("/value"), value, "{tail}");
    }
    for bad in NO_VERSIONS {
        version(&format!("db/1/{bad}")).await.is_invalid("version");
        let disable = scene.in_vault(&format!("secret-version-disable/db/1/{bad}"));
        ada.post_empty(&disable).await.is_invalid("version");
    }
    for never in ["3", "9223372036854775807", "2147483648"] {
        version(&format!("db/1/{never}")).await.is_problem(404);
        ada.post_empty(&scene.in_vault(&format!("secret-version-disable/db/1/{never}")))
            .await
            .is_problem(404);
    }
    ada.post_empty(&scene.in_vault("secret-version-disable/db%2F1/1"))
        .await
        .is(204);
    version("db/1/1").await.is_problem(410);
    for (tail, value) in [
        ("db/1", "one"),
        ("db/1/2", "second"),
        ("db/1/2/1", "deep"),
        ("app/key/1", VALUE),
    ] {
        assert_eq!(version(tail).await.is(200).str("/value"), value, "{tail}");
    }
}
