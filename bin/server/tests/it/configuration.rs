//! What is in force, where it came from, and how a wrong value is refused.

use crate::program::Place;

/// The value and the origin of a setting in what `oneclaw config` printed.
fn line<'a>(report: &'a str, name: &str) -> (&'a str, &'a str) {
    let start = format!("{name} ");
    let line = report
        .lines()
        .find(|line| line.starts_with(&start))
        .unwrap();
    let (value, origin) = line
        .split_once(" = ")
        .unwrap()
        .1
        .split_once("  # ")
        .unwrap();
    (value.trim_end(), origin)
}

#[test]
fn flags_come_before_the_environment_and_that_before_the_file() {
    let place = Place::new();
    place.write(
        "data/oneclaw.toml",
        "listen = \"127.0.0.1:1\"\nworkers = 3\n[tokens]\nuser_ttl = 60\nkey_ttl = 61\n[log]\nlevel = \"warn\"\n",
    );
    let variables = [
        ("ONECLAW_LISTEN", "127.0.0.1:2"),
        ("ONECLAW_TOKENS_USER_TTL", "70"),
    ];
    let report = place
        .run_with(&variables, &["config", "--listen", "127.0.0.1:3"])
        .worked();
    assert_eq!(line(&report, "listen"), ("127.0.0.1:3", "from --listen"));
    assert_eq!(
        line(&report, "tokens.user_ttl"),
        ("70", "from ONECLAW_TOKENS_USER_TTL")
    );
    assert_eq!(
        line(&report, "tokens.key_ttl"),
        ("61", "in ./data/oneclaw.toml")
    );
    assert_eq!(
        line(&report, "log.level"),
        ("warn", "in ./data/oneclaw.toml")
    );
    assert_eq!(line(&report, "workers"), ("3", "in ./data/oneclaw.toml"));
    assert_eq!(line(&report, "shutdown_timeout"), ("30", "default"));
    assert_eq!(
        line(&report, "public_url"),
        ("http://127.0.0.1:3", "default")
    );
    let data = place.path("data").canonicalize().unwrap();
    assert_eq!(
        line(&report, "database.url"),
        (
            format!("sqlite://{}", data.join("oneclaw.db").display()).as_str(),
            "default"
        )
    );
    assert_eq!(
        line(&report, "master_key_file"),
        (data.join("master.key").to_str().unwrap(), "default")
    );
}

#[test]
fn a_flag_may_stand_before_or_after_the_command() {
    let place = Place::new();
    for arguments in [["--workers", "7", "config"], ["config", "--workers", "7"]] {
        let report = place
            .run_with(&[("ONECLAW_WORKERS", "5")], &arguments)
            .worked();
        assert_eq!(line(&report, "workers"), ("7", "from --workers"));
    }
}

#[test]
fn an_empty_variable_is_not_set() {
    let report = Place::new()
        .run_with(
            &[("ONECLAW_LISTEN", ""), ("ONECLAW_MASTER_KEY", "")],
            &["config"],
        )
        .worked();
    assert_eq!(line(&report, "listen"), ("127.0.0.1:8080", "default"));
    assert_eq!(line(&report, "master_key").1, "default");
}

#[test]
fn a_named_file_is_used_and_must_be_there() {
    let place = Place::new();
    place.write("data/oneclaw.toml", "workers = 3");
    let file = place.write(
        "other.toml",
        "workers = 4\ncors.allowed_origins = [\"https://a.example\", \"https://b.example\"]",
    );
    let file = file.to_str().unwrap();
    let report = place.run(&["config", "--config", file]).worked();
    assert_eq!(line(&report, "workers").0, "4");
    assert_eq!(
        line(&report, "cors.allowed_origins").0,
        "https://a.example,https://b.example"
    );
    assert_eq!(line(&report, "config"), (file, "from --config"));
    let refused = place
        .run_with(&[("ONECLAW_CONFIG", "gone.toml")], &["config"])
        .refused(2);
    assert!(
        refused.starts_with("oneclaw: config file gone.toml cannot be read: "),
        "{refused}"
    );
}

#[test]
fn ops_05_secrets_are_hidden() {
    let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let other = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    let variables = [
        ("ONECLAW_MASTER_KEY", key),
        ("ONECLAW_MASTER_KEY_PREVIOUS", other),
        (
            "ONECLAW_DATABASE_URL",
            "postgres://me:hunter2@db/one?password=hunter3",
        ),
    ];
    let report = Place::new().run_with(&variables, &["config"]).worked();
    assert_eq!(
        line(&report, "master_key"),
        ("***", "from ONECLAW_MASTER_KEY")
    );
    assert_eq!(
        line(&report, "master_key_previous"),
        ("***", "from ONECLAW_MASTER_KEY_PREVIOUS")
    );
    assert_eq!(
        line(&report, "database.url").0,
        "postgres://me:***@db/one?password=***"
    );
    for secret in [key, other, "hunter"] {
        assert!(!report.contains(secret));
    }
}

#[test]
fn ops_05_a_wrong_value_stops_the_start_with_one_line_that_names_it() {
    for (name, value) in [
        ("listen", "localhost"),
        ("public_url", "example.com"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("cors.allowed_origins", "*"),
        ("api_alias", "maybe"),
        ("database.pool_size", "0"),
        ("signup.mode", "always"),
        ("tokens.user_ttl", "59"),
        ("tokens.key_ttl", "86401"),
        ("tokens.refresh_ttl", "-1"),
        ("tokens.session_ttl", "1.5"),
        ("passwords.workers", "two"),
        ("passwords.queue", "100001"),
        ("max_value_bytes", "17MiB"),
        ("max_body_bytes", "1"),
        ("rate_limits", "0"),
        ("limits.requests_per_second", "0"),
        ("limits.requests_burst", ""),
        ("limits.logins_per_minute", "1e3"),
        ("limits.failed_passwords", "1001"),
        ("limits.invalid_keys_per_minute", "x"),
        ("limits.signups_per_hour", "0x5"),
        ("log.format", "xml"),
        ("log.level", "verbose"),
        ("otlp_endpoint", "https://collector.example"),
        ("metrics_listen", "9100"),
        ("workers", "257"),
        ("shutdown_timeout", "3601"),
        ("data_dir", ""),
        ("master_key_file", ""),
    ] {
        let flag = format!("--{}", name.replace(['.', '_'], "-"));
        let line = Place::new().run(&[&flag, value]).refused(2);
        assert!(
            line.starts_with(&format!("oneclaw: {name} (from {flag}) {value:?} ")),
            "{line}"
        );
        assert!(line.contains("; for example: "), "{line}");
    }
}

#[test]
fn a_wrong_value_in_the_environment_or_the_file_names_its_place() {
    let place = Place::new();
    let refused = place
        .run_with(&[("ONECLAW_WORKERS", "many")], &[])
        .refused(2);
    assert_eq!(
        refused,
        "oneclaw: workers (from ONECLAW_WORKERS) \"many\" is not a whole number of threads from 1 to 256; for example: 4"
    );
    place.write("data/oneclaw.toml", "[tokens]\nuser_ttl = \"ages\"");
    let refused = place.run(&[]).refused(2);
    assert!(
        refused.starts_with("oneclaw: tokens.user_ttl (in ./data/oneclaw.toml) \"ages\" "),
        "{refused}"
    );
}

#[test]
fn values_that_exclude_each_other_are_refused() {
    let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let place = Place::new();
    let both = place
        .run_with(
            &[("ONECLAW_MASTER_KEY", key)],
            &["--master-key-file", "m.key"],
        )
        .refused(2);
    assert!(both.starts_with("oneclaw: master_key_file "), "{both}");
    let lone = place
        .run_with(&[("ONECLAW_MASTER_KEY_PREVIOUS", key)], &[])
        .refused(2);
    assert!(lone.starts_with("oneclaw: master_key_previous "), "{lone}");
    let small = place
        .run(&["--max-body-bytes", "1024", "--max-value-bytes", "2048"])
        .refused(2);
    assert!(small.starts_with("oneclaw: max_body_bytes "), "{small}");
}

#[test]
fn ops_05_a_refused_secret_is_not_shown() {
    let place = Place::new();
    for (variable, setting) in [
        ("ONECLAW_MASTER_KEY", "master_key"),
        ("ONECLAW_DATABASE_URL", "database.url"),
    ] {
        let line = place.run_with(&[(variable, "hunter2")], &[]).refused(2);
        assert!(
            line.starts_with(&format!("oneclaw: {setting} (from {variable}) ")),
            "{line}"
        );
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn a_file_that_does_not_do_is_refused_in_one_line() {
    for (text, part) in [
        (
            "lissten = 1",
            "\"lissten\" (in ./data/oneclaw.toml) is not a setting; ",
        ),
        (
            "log_level = \"info\"",
            "\"log_level\" (in ./data/oneclaw.toml) is not a setting, did you mean log.level?; ",
        ),
        (
            "[tokens]\nuser = 1",
            "\"tokens.user\" (in ./data/oneclaw.toml) is not a setting; ",
        ),
        (
            "master_key = \"hunter2\"",
            "master_key (in ./data/oneclaw.toml) cannot be set in the file; set it as ONECLAW_MASTER_KEY",
        ),
        (
            "data_dir = \"x\"",
            "data_dir (in ./data/oneclaw.toml) cannot be set in the file; set it as --data-dir or ONECLAW_DATA_DIR",
        ),
        (
            "workers = { a = 1 }",
            "workers (in ./data/oneclaw.toml) is neither text",
        ),
        (
            "database.url = \"hunter2",
            "config file ./data/oneclaw.toml is not TOML: line 1, column ",
        ),
        (
            "workers = 1\nworkers = 2",
            "config file ./data/oneclaw.toml is not TOML: line 2, column ",
        ),
        (
            "workers = \u{0}",
            "config file ./data/oneclaw.toml is not TOML: line 1, column ",
        ),
    ] {
        let place = Place::new();
        place.write("data/oneclaw.toml", text);
        let line = place.run(&["config"]).refused(2);
        assert!(line.contains(part), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn goo_02_an_issuer_is_named_whole_or_not_at_all() {
    let place = Place::new();
    let report = place.run(&["config"]).worked();
    assert_eq!(line(&report, "google.client_ids"), ("none", "default"));
    assert_eq!(line(&report, "oidc.issuer"), ("none", "default"));
    let whole = [
        ("ONECLAW_GOOGLE_CLIENT_IDS", "one.test, two.test"),
        ("ONECLAW_OIDC_ISSUER", "https://login.example.com/"),
        ("ONECLAW_OIDC_CLIENT_IDS", "oneclaw"),
        (
            "ONECLAW_OIDC_JWKS_URL",
            "https://login.example.com/keys?v=1",
        ),
    ];
    place.run_with(&whole, &["config"]).worked();
    for (left_out, named) in [
        (1, "oidc.issuer"),
        (2, "oidc.client_ids"),
        (3, "oidc.jwks_url"),
    ] {
        let mut part = whole.to_vec();
        part.remove(left_out);
        let refused = place.run_with(&part, &["config"]).refused(2);
        assert!(refused.contains(named), "{refused}");
    }
    for (variable, wrong) in [
        ("ONECLAW_GOOGLE_CLIENT_IDS", "one.test,,two.test"),
        ("ONECLAW_GOOGLE_CLIENT_IDS", "one two"),
        ("ONECLAW_GOOGLE_ISSUER", "accounts"),
        ("ONECLAW_GOOGLE_JWKS_URL", "file:///etc/passwd"),
        ("ONECLAW_OIDC_JWKS_URL", "https://me@login.example.com/keys"),
    ] {
        place.run_with(&[(variable, wrong)], &["config"]).refused(2);
    }
}

#[test]
fn plans_and_prices_are_settings_and_the_hosted_tiers_are_one_of_them() {
    let place = Place::new();
    let report = place.run(&["config"]).worked();
    for (name, value) in [
        ("billing.default_tier", "enterprise"),
        ("billing.tiers.free.requests", "1000"),
        ("billing.tiers.pro.overage_usd", "0.0008"),
        ("billing.tiers.enterprise.vaults", "-1"),
        ("billing.prices.query_audit", "0.0005"),
    ] {
        assert_eq!(line(&report, name), (value, "default"));
    }
    place.write(
        "data/oneclaw.toml",
        "[billing]\ndefault_tier = \"free\"\n[billing.tiers.free]\nrequests = -1\noverage_usd = 0.0004\n",
    );
    let report = place.run(&["config"]).worked();
    assert_eq!(line(&report, "billing.default_tier").0, "free");
    assert_eq!(line(&report, "billing.tiers.free.requests").0, "-1");
    assert_eq!(line(&report, "billing.tiers.free.overage_usd").0, "0.0004");
    for (variable, wrong) in [
        ("ONECLAW_BILLING_DEFAULT_TIER", "team"),
        ("ONECLAW_BILLING_TIERS_FREE_REQUESTS", "-2"),
        ("ONECLAW_BILLING_TIERS_FREE_REQUESTS", "9223372036854775808"),
        ("ONECLAW_BILLING_TIERS_PRO_VAULTS", "unlimited"),
        ("ONECLAW_BILLING_TIERS_PRO_OVERAGE_USD", "-0.1"),
        ("ONECLAW_BILLING_TIERS_PRO_OVERAGE_USD", "0.0000001"),
        ("ONECLAW_BILLING_TIERS_BUSINESS_AGENTS", "1.5"),
        ("ONECLAW_BILLING_PRICES_READ_SECRET", "1e9"),
    ] {
        let refused = place.run_with(&[(variable, wrong)], &["config"]).refused(2);
        assert!(refused.contains(variable), "{refused}");
    }
}
