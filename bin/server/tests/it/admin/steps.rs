//! Steps that the stories here share.

use std::io::Write;
use std::process::Stdio;

use oneclaw_testkit::postgres;
use serde_json::{Value, json};

use crate::account::names_os_user;
use crate::program::{Place, Ran};
use crate::serving::Serving;

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const URL: (&str, &str) = ("ONECLAW_PUBLIC_URL", "https://secrets.example.com");
const QUIET: (&str, &str) = ("ONECLAW_LOG_LEVEL", "off");
pub(crate) const PASSWORD: &str = "Correct-Horse-7-Battery";

/// A place on one kind of store.
pub(crate) struct Home {
    pub(crate) place: Place,
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Home {
    pub(crate) fn on_sqlite() -> Self {
        Self {
            place: Place::new(),
            variables: Vec::new(),
        }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let arguments = [&["admin"], arguments].concat();
        self.place.run_with(&self.all(), &arguments)
    }

    pub(crate) fn all(&self) -> Vec<(&str, &str)> {
        let own = self
            .variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        own.chain([QUIET]).collect()
    }

    pub(crate) fn serve(&self) -> Serving<'_> {
        let own = self
            .variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        Serving::start_with(&self.place, &own.collect::<Vec<_>>(), &[])
    }

    /// `bootstrap`, with a password from standard input.
    pub(crate) fn bootstrap(&self, password: &str) -> Ran {
        let words = [
            "admin",
            "bootstrap",
            "--email",
            "ada@example.com",
            "--password-stdin",
        ];
        let mut command = self.place.command(&words);
        command.envs(self.all());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let typed = writeln!(child.stdin.take().unwrap(), "{password}");
        // a command that refuses before it reads closes its end
        let _ = typed;
        let output = child.wait_with_output().unwrap();
        Ran {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The story on both kinds of store.
pub(crate) fn on_both(story: fn(&Home)) {
    story(&Home::on_sqlite());
    let database = postgres::shared().create_database(None).unwrap();
    let variables = vec![
        ("ONECLAW_DATABASE_URL", database.url().to_owned()),
        ("ONECLAW_MASTER_KEY", KEY.to_owned()),
        (URL.0, URL.1.to_owned()),
    ];
    story(&Home {
        place: Place::new(),
        variables,
    });
}

/// Somebody signs up or logs in; the answer.
pub(crate) fn enter(server: &Serving<'_>, how: &str, email: &str, password: &str) -> Value {
    let body = json!({ "email": email, "password": password });
    let (status, answer) = server.call("POST", &format!("/v1/auth/{how}"), "", &body);
    assert_eq!(status, 200, "{answer}");
    answer
}

pub(crate) fn token(answer: &Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

/// The events of an action, newest first, as their organization sees them.
pub(crate) fn events(server: &Serving<'_>, token: &str, action: &str) -> Vec<Value> {
    let target = format!("/v1/audit/events?action={action}");
    let (status, answer) = server.call("GET", &target, token, &Value::Null);
    assert_eq!(status, 200, "{answer}");
    answer["events"].as_array().unwrap().clone()
}

/// The newest event of an action is the operator's, by name.
pub(crate) fn is_by_operator(server: &Serving<'_>, token: &str, action: &str) {
    let events = events(server, token, action);
    let event = events.first().unwrap_or_else(|| panic!("no {action}"));
    assert_eq!(event["actor_type"], "system", "{event}");
    names_os_user(event);
}

pub(crate) fn chain_holds(server: &Serving<'_>, token: &str) {
    let (status, answer) = server.call("GET", "/v1/audit/verify", token, &Value::Null);
    assert_eq!(
        (status, &answer["chain_valid"]),
        (200, &json!(true)),
        "{answer}"
    );
}
