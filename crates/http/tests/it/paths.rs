//! Secret paths come through as they stand on the wire, decoded once.

use crate::server::Server;

const ID: &str = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";

fn secret(server: &Server, tail: &str) -> crate::server::Response {
    server.get(&format!("/v1/vaults/{ID}/secrets/{tail}"))
}

#[test]
fn path_02_decoded_exactly_once() {
    let server = Server::start();
    for (tail, path) in [
        ("a/b", "a/b"),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("%61%2E%62", "a.b"),
        ("app//".trim_end_matches('/'), "app"),
    ] {
        assert_eq!(secret(&server, tail).json()["path"], path, "{tail}");
        let alias = server.get(&format!("/api/v1/vaults/{ID}/secrets/{tail}"));
        assert_eq!(alias.json()["path"], path, "{tail}");
    }
}

#[test]
fn path_01_path_02_never_collapsed() {
    let server = Server::start();
    for tail in [
        "a%252Fb",
        "prod%2F..%2Fdev",
        "%2e%2e/x",
        "%2E%2E%2Fx",
        "app/../../x",
        "app/./x",
        "..",
        ".",
        "a//b",
        "/a",
        "a/",
        "a%2F",
        "%2Fa",
        "a%00b",
        "a%0Ab",
        "a%20b",
        "a+b",
        "a%",
        "a%zz",
        "%ff",
        "%c0%af",
        "%c3%a4",
        "a%CC%88",
        "a%5Cb",
    ] {
        let response = secret(&server, tail);
        assert_eq!(response.refused_fields(), ["path"], "{tail}");
        assert_eq!(response.json()["detail"], "Invalid path", "{tail}");
    }
    for length in [513, 600] {
        let tail = vec!["a".repeat(100); 6].join("/");
        assert_eq!(secret(&server, &tail[..length]).refused_fields(), ["path"]);
    }
    assert_eq!(secret(&server, &"a".repeat(129)).refused_fields(), ["path"]);
}

#[test]
fn path_01_without_a_path_there_is_nothing() {
    let server = Server::start();
    secret(&server, "").problem(404);
    server.get("/v1/vaults/").problem(404);
    server.get(&format!("/v1/vaults/{ID}/")).problem(404);
    server.get("/v1/things/").problem(404);
    server.get("//v1/things").problem(404);
    server.get("/v1/../v1/things").problem(404);
    server.get("/v2/things").problem(404);
}

#[test]
fn path_08_names_that_look_like_endpoints() {
    let server = Server::start();
    for path in ["db/1", "x/versions", "a/rotate", "secret-version", "rotate"] {
        assert_eq!(secret(&server, path).json()["path"], path);
    }
    let alias = |tail| server.post(&format!("/v1/vaults/{ID}/secrets/{tail}"), "", "");
    assert_eq!(alias("a/rotate").json()["path"], "a");
    assert_eq!(alias("a/rotate/rotate").json()["path"], "a/rotate");
    assert_eq!(
        alias("a%2Frotate").problem(405)["code"],
        "method_not_allowed"
    );
    let allow = |tail: &str| {
        let path = format!("/v1/vaults/{ID}/secrets/{tail}");
        server
            .ask("PATCH", &path, "")
            .header("allow")
            .map(ToOwned::to_owned)
    };
    assert_eq!(allow("a/rotate").as_deref(), Some("GET, PUT, POST"));
    for secret in ["rotate", "a%2Frotate", "a/rotate/b"] {
        assert_eq!(allow(secret).as_deref(), Some("GET, PUT"), "{secret}");
    }
}

#[test]
fn path_08_the_last_raw_slash_splits() {
    let server = Server::start();
    let version = |tail: &str| server.get(&format!("/v1/vaults/{ID}/secret-version/{tail}"));
    for tail in ["db%2F1/2", "db/1/2"] {
        let body = version(tail).json();
        assert_eq!(
            (body["path"].as_str(), body["detail"].as_str()),
            (Some("db/1"), Some("2"))
        );
    }
    for bad in [
        "0",
        "-1",
        "01",
        "+1",
        "1.0",
        "99999999999999999999",
        "%FF",
        "1%2F2",
    ] {
        assert_eq!(
            version(&format!("db/{bad}")).refused_fields(),
            ["version"],
            "{bad}"
        );
    }
    assert_eq!(version("a//0").refused_fields(), ["path", "version"]);
    version("db%2F1").problem(404);
    version("db").problem(404);
}

#[test]
fn in_06_ids() {
    let server = Server::start();
    let vault = |id: &str| server.get(&format!("/v1/vaults/{id}"));
    assert_eq!(vault(&ID.to_uppercase()).json()["path"], ID);
    let long = "a".repeat(1024);
    for bad in [
        "00000000-0000-0000-0000-000000000000",
        "%7B018f6f2e-7c1a-7a3b-9c1d-0123456789ab%7D",
        "urn:uuid:018f6f2e-7c1a-7a3b-9c1d-0123456789ab",
        "018f6f2e7c1a7a3b9c1d0123456789ab",
        "018f6f2e-7c1a-7a3b-9c1d-0123456789ab%20",
        "%00",
        &long,
    ] {
        vault(bad).problem(404);
    }
}

#[test]
fn the_alias_can_be_off() {
    let settings = oneclaw_http::HttpSettings {
        api_alias: false,
        ..Default::default()
    };
    let server = Server::with(settings);
    server.get(&format!("/api/v1/vaults/{ID}")).problem(404);
    assert_eq!(server.get(&format!("/v1/vaults/{ID}")).status, 200);
}
