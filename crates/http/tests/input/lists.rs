//! Lists: prefixes that mean only themselves, cursors that fit only their own list, and pages that
//! make up the whole.

use crate::contents::contents;
use crate::scene::{Scene, VALUE, members};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

/// A list: its address, its member in the answer, and a member that tells its rows apart.
type List = (String, &'static str, &'static str);

fn lists(vault: &str) -> [List; 4] {
    let in_vault = |tail: &str| format!("/v1/vaults/{vault}/{tail}");
    [
        ("/v1/vaults".to_owned(), "vaults", "name"),
        ("/v1/auth/api-keys".to_owned(), "keys", "name"),
        (in_vault("secrets"), "secrets", "path"),
        (in_vault("secret-versions/app/key"), "versions", "version"),
    ]
}

/// Seven of each, some in the same instant and some later; gives each list's order.
async fn fill(app: &TestApp, ada: &Person, vault: &str) -> [Vec<String>; 4] {
    for n in 1..=6 {
        if n % 3 == 0 {
            app.clock().advance(1);
        }
        ada.vault(&format!("vault-{n}")).await;
        ada.api_key(json!({ "name": format!("key-{n}") })).await;
        ada.keep(vault, &format!("app/key-{n}"), "x").await;
        ada.keep(vault, "app/key", VALUE).await;
    }
    let numbered = |first: &str, name: &str| {
        let rest = (1..=6).map(|n| format!("{name}-{n}"));
        std::iter::once(first.to_owned())
            .chain(rest)
            .collect::<Vec<_>>()
    };
    let keys = numbered("laptop", "key").into_iter().rev().collect();
    let versions = (1..=7).rev().map(|n| n.to_string()).collect();
    [
        numbered("production", "vault"),
        keys,
        numbered("app/key", "app/key"),
        versions,
    ]
}

/// Page after page until the last; each must be full but the last.
async fn by_pages(ada: &Person, list: &List, limit: usize) -> Vec<String> {
    let (address, rows, member) = list;
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..100 {
        let page = ada
            .get(&format!("{address}?limit={limit}{cursor}"))
            .await
            .is(200);
        let found = members(&page, rows, member);
        let next = page.get("/next_cursor");
        assert!(
            found.len() == limit || next.is_null(),
            "{}: {}",
            page.asked,
            page.text()
        );
        all.extend(found);
        match next.as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
    panic!("{address} does not end");
}

#[both_stores]
async fn every_list_is_whole_without_a_limit_and_by_pages(app: TestApp) {
    let scene = Scene::of(&app).await;
    let orders = fill(&app, &scene.ada, &scene.vault).await;
    for (list, order) in lists(&scene.vault).iter().zip(orders) {
        let (address, rows, member) = list;
        let whole = scene.ada.get(address).await.is(200);
        assert_eq!(members(&whole, rows, member), order, "{address}");
        assert!(whole.get("/next_cursor").is_null(), "{}", whole.text());
        for limit in [1, 2, 3, 6, 7, 8, 1000] {
            assert_eq!(
                by_pages(&scene.ada, list, limit).await,
                order,
                "{address} by {limit}"
            );
        }
        // with a cursor and without a limit: all the rest
        let first = scene
            .ada
            .get(&format!("{address}?limit=2"))
            .await
            .is(200)
            .str("/next_cursor");
        let rest = scene
            .ada
            .get(&format!("{address}?cursor={first}"))
            .await
            .is(200);
        assert_eq!(members(&rest, rows, member), order[2..], "{address}");
        assert!(rest.get("/next_cursor").is_null());
    }
}

#[both_stores]
async fn every_list_is_empty_in_words(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("empty").await;
    let secrets = ada
        .get(&format!("/v1/vaults/{vault}/secrets?limit=1"))
        .await
        .is(200);
    assert_eq!(secrets.text(), r#"{"secrets":[]}"#);
    assert_eq!(
        ada.get("/v1/auth/api-keys").await.is(200).text(),
        r#"{"keys":[]}"#
    );
    ada.delete(&format!("/v1/vaults/{vault}")).await.is(204);
    assert_eq!(
        ada.get("/v1/vaults").await.is(200).text(),
        r#"{"vaults":[]}"#
    );
    ada.get(&format!("/v1/vaults/{vault}/secret-versions/x"))
        .await
        .is_problem(404);
}

#[both_stores]
async fn in_11_a_prefix_means_only_itself(app: TestApp) {
    let scene = Scene::of(&app).await;
    for path in ["app_x", "appAx", "App/key", "app.x", "b"] {
        scene.ada.keep(&scene.vault, path, "x").await;
    }
    let list = async |prefix: &str| {
        scene
            .ada
            .get(&scene.in_vault(&format!("secrets?prefix={prefix}")))
            .await
    };
    for bad in [
        "%25",
        "a%25",
        "'",
        "%27%20OR%201=1--",
        "%5C",
        "app%5C_x",
        "*",
        "%00",
        "a%20",
        "%C3%A4",
        "%22",
        "a?",
    ] {
        list(bad).await.is_invalid("prefix");
    }
    list(&"a".repeat(513)).await.is_invalid("prefix");
    for (prefix, paths) in [
        ("_", &[][..]),
        ("app_", &["app_x"]),
        ("app", &["app.x", "app/key", "appAx", "app_x"]),
        ("App", &["App/key"]),
        ("APP", &[]),
        ("app%2F", &["app/key"]),
        ("app/", &["app/key"]),
        ("app/key/", &[]),
        ("/", &[]),
        ("..", &[]),
        ("", &["App/key", "app.x", "app/key", "appAx", "app_x", "b"]),
    ] {
        let found = members(&list(prefix).await.is(200), "secrets", "path");
        assert_eq!(found, paths, "{prefix}");
    }
}

#[both_stores]
async fn in_11_a_cursor_fits_only_its_own_list(app: TestApp) {
    let scene = Scene::of(&app).await;
    fill(&app, &scene.ada, &scene.vault).await;
    let eve = app.owner().await;
    let eves_vault = eve.vault("production").await;
    eve.keep(&eves_vault, "app/key", "x").await;
    let other_vault = scene.ada.vault("other").await;
    scene.ada.keep(&other_vault, "app/key", "x").await;
    let before = contents(&app).await;

    let ours = lists(&scene.vault);
    for (number, (address, ..)) in ours.iter().enumerate() {
        let cursor = scene
            .ada
            .get(&format!("{address}?limit=1"))
            .await
            .is(200)
            .str("/next_cursor");
        let with = |address: &str| {
            format!(
                "{address}{}cursor={cursor}",
                if address.contains('?') { '&' } else { '?' }
            )
        };
        scene.ada.get(&with(address)).await.is(200);
        shows_nothing(
            &eve.get(&with(&lists(&eves_vault)[number].0))
                .await
                .is_invalid("cursor"),
        );
        for (other, ..) in ours
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != number)
            .map(|(_, list)| list)
        {
            shows_nothing(&scene.ada.get(&with(other)).await.is_invalid("cursor"));
        }
        if number >= 2 {
            let elsewhere = &lists(&other_vault)[number].0;
            shows_nothing(&scene.ada.get(&with(elsewhere)).await.is_invalid("cursor"));
        }
    }
    let cursor = scene
        .ada
        .get(&scene.in_vault("secrets?limit=1"))
        .await
        .is(200)
        .str("/next_cursor");
    let narrower = scene.in_vault(&format!("secrets?prefix=app&cursor={cursor}"));
    shows_nothing(&scene.ada.get(&narrower).await.is_invalid("cursor"));
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_11_a_cursor_that_was_edited(app: TestApp) {
    let scene = Scene::of(&app).await;
    fill(&app, &scene.ada, &scene.vault).await;
    for (address, ..) in lists(&scene.vault) {
        let cursor = scene
            .ada
            .get(&format!("{address}?limit=1"))
            .await
            .is(200)
            .str("/next_cursor");
        let mut edited: Vec<String> = (0..cursor.len()).map(|at| swapped(&cursor, at)).collect();
        edited.extend(["", "0", "%00", "AAAA", "null", "app/key", "2", "%ff"].map(str::to_owned));
        edited.push(format!("{cursor}A"));
        edited.push(format!("{cursor}="));
        edited.push(cursor[..cursor.len() - 1].to_owned());
        edited.push("A".repeat(4096));
        for edited in edited {
            let answer = scene
                .ada
                .get(&format!("{address}?limit=1&cursor={edited}"))
                .await;
            shows_nothing(&answer.is_invalid("cursor"));
        }
        scene
            .ada
            .get(&format!("{address}?cursor={cursor}&cursor={cursor}"))
            .await
            .is_invalid("cursor");
    }
}

/// Another letter at one place.
fn swapped(cursor: &str, at: usize) -> String {
    let mut letters: Vec<char> = cursor.chars().collect();
    letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
    letters.into_iter().collect()
}

fn shows_nothing(answer: &Answer) {
    for word in ["app/key", "production", "laptop"] {
        assert!(
            !answer.text().contains(word),
            "{}: {}",
            answer.asked,
            answer.text()
        );
    }
}
