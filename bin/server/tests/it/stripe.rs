//! That the keys for Stripe are shown nowhere. Row ids are those of the abuse cases.

use crate::program::Place;
use crate::serving::Serving;

const SECRET_KEY: (&str, &str) = ("ONECLAW_STRIPE_SECRET_KEY", "sk_live_hunter2");
const WEBHOOK_SECRET: (&str, &str) = ("ONECLAW_STRIPE_WEBHOOK_SECRET", "whsec_hunter3");

/// No key is in it, nor a part of one that tells which it is.
fn hides(text: &str) {
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn ops_05_stripes_keys_come_from_the_environment_or_the_file_and_are_never_shown() {
    let place = Place::new();
    let by_variable = place
        .run_with(&[SECRET_KEY, WEBHOOK_SECRET], &["config"])
        .worked();
    let toml = format!(
        "[stripe]\nsecret_key = \"{}\"\nwebhook_secret = \"{}\"\n",
        SECRET_KEY.1, WEBHOOK_SECRET.1
    );
    let file = place.write("oneclaw.toml", &toml);
    let by_file = place
        .run(&["config", "--config", file.to_str().unwrap()])
        .worked();
    for report in [by_variable, by_file] {
        for name in ["stripe.secret_key ", "stripe.webhook_secret "] {
            let line = report.lines().find(|line| line.starts_with(name)).unwrap();
            assert!(line.contains(" = ***"), "{line}");
        }
        hides(&report);
    }
    let variables = [SECRET_KEY, WEBHOOK_SECRET];
    let help = place.run_with(&variables, &["--help"]).worked();
    assert!(help.contains(SECRET_KEY.0) && help.contains(WEBHOOK_SECRET.0));
    hides(&help);
    for flag in ["--stripe-secret-key", "--stripe-webhook-secret"] {
        let ran = place.run(&["config", flag]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{flag}");
        assert!(ran.err.contains("unexpected argument"), "{}", ran.err);
    }
}

#[test]
fn ops_05_a_refused_key_of_stripe_is_not_shown() {
    let place = Place::new();
    for (variables, setting) in [
        (
            &[(SECRET_KEY.0, "sk live hunter2")][..],
            "stripe.secret_key",
        ),
        (
            &[SECRET_KEY, (WEBHOOK_SECRET.0, "whsec hunter3")],
            "stripe.webhook_secret",
        ),
        (&[WEBHOOK_SECRET], "stripe.webhook_secret"),
    ] {
        let line = place.run_with(variables, &["config"]).refused(2);
        let start = format!("oneclaw: {setting} (from ONECLAW_");
        assert!(line.starts_with(&start), "{line}");
        hides(&line);
    }
}

#[test]
fn ops_05_a_server_that_sells_says_its_keys_to_nobody() {
    let place = Place::new();
    let variables = [SECRET_KEY, WEBHOOK_SECRET, ("ONECLAW_LOG_LEVEL", "trace")];
    let server = Serving::start_with(&place, &variables, &[]);
    hides(&server.greeting);
    hides(&server.process("cmdline"));
    hides(&server.stop());
}
