//! The access matrix: who gets what at which endpoint, held against the document that people read.

use crate::cast::{Cast, Role, theatre};
use futures_util::future::join_all;
use oneclaw_http::{Endpoint, Place, TABLE};
use oneclaw_testkit::{Answer, Instance, TestApp, both_stores, is_harmless};
use std::fmt::Write as _;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-matrix.md");
const START: &str = "<!-- matrix:start -->\n";
const END: &str = "<!-- matrix:end -->";

/// Rewrites the tables instead of comparing them.
const BLESS: &str = "ONECLAW_BLESS";

/// So many casts work on the rows at once.
const CASTS: usize = 4;

/// What can be done by everybody in turn, each with a credential of their own or again to the same
/// thing, but leaves it in another state for the next row.
const REPEATABLE: [&str; 8] = [
    "changePassword",
    "disableSecretVersion",
    "refreshToken",
    "revokeApiKey",
    "revokeToken",
    "rotateAgentKey",
    "updateMemberRole",
    "updatePolicy",
];

/// An endpoint, for the owner's things or for those of whoever calls.
#[derive(Clone, Copy)]
struct Row {
    endpoint: &'static Endpoint,
    is_own: bool,
}

impl Row {
    const fn roles(self) -> &'static [Role] {
        if self.is_own {
            &Role::OF_THE_ORGANIZATION
        } else {
            &Role::ALL
        }
    }

    /// Whether what it is done to is made anew for everybody who calls.
    fn is_of_each(self) -> bool {
        self.is_own && !self.endpoint.path.contains("{user_id}")
    }

    async fn called(self, cast: &Cast, role: Role) -> Answer {
        let stage = if self.is_own {
            cast.own_of(role, self.endpoint).await
        } else {
            cast.seen_by(role)
        };
        cast.call(role, self.endpoint, &stage).await
    }
}

fn rows() -> Vec<Row> {
    let all = || TABLE.iter().flat_map(|rows| rows.iter());
    let row = |is_own| move |endpoint| Row { endpoint, is_own };
    let nouns = ["{vault_id}", "{agent_id}", "{user_id}"];
    let has_own = |row: &Row| nouns.iter().any(|noun| row.endpoint.path.contains(noun));
    let own = all().map(row(true)).filter(has_own);
    all().map(row(false)).chain(own).collect()
}

/// What is written into a cell: the status, and for a problem its code.
fn told(answer: &Answer) -> String {
    let status = answer.status;
    assert!(status < 500, "{}: {}", answer.asked, answer.text());
    if status < 400 {
        return status.to_string();
    }
    format!("{status} {}", answer.str("/code"))
}

/// Calls the endpoints of these rows by everybody. A cast is gathered again after a change that
/// another cell might see.
async fn cells(app: &TestApp, at: &Instance, rows: &[Row]) -> Vec<Vec<String>> {
    let mut cast = None;
    let mut table = Vec::new();
    for row in rows {
        let (id, mut cells) = (row.endpoint.id, Vec::new());
        let mut is_worn = false;
        for role in row.roles() {
            let gathered = match cast.take() {
                Some(cast) => cast,
                None => Cast::gather(app, at).await,
            };
            let answer = row.called(&gathered, *role).await;
            let is_done = answer.status < 300 && !is_harmless(row.endpoint);
            let changed = is_done && !row.is_of_each();
            is_worn |= changed;
            cast = Some(gathered).filter(|_| !changed || REPEATABLE.contains(&id));
            cells.push(told(&answer));
        }
        cast = cast.filter(|_| !is_worn);
        table.push(cells);
    }
    table
}

/// Both tables as they are written.
fn written(rows: &[(Row, Vec<String>)]) -> String {
    let mut text = String::new();
    for (is_own, title) in [(false, "The owner's things"), (true, "One's own")] {
        let rows = rows.iter().filter(|(row, _)| row.is_own == is_own);
        let mut rows = rows.peekable();
        let Some((first, _)) = rows.peek() else {
            continue;
        };
        let roles = first.roles();
        let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
        writeln!(text, "### {title}\n\n| endpoint | {} |", names.join(" | ")).unwrap();
        writeln!(text, "|---|{}", "---|".repeat(roles.len())).unwrap();
        for (row, cells) in rows {
            let prefix = match row.endpoint.place {
                Place::Api => "/v1",
                Place::Root => "",
            };
            let (method, path) = (&row.endpoint.method, row.endpoint.path);
            writeln!(
                text,
                "| `{method} {prefix}{path}` | {} |",
                cells.join(" | ")
            )
            .unwrap();
        }
        text.push('\n');
    }
    text
}

#[both_stores]
async fn agt_01_ten_01_everybody_gets_at_every_endpoint_what_the_matrix_says(app: TestApp) {
    let rows = rows();
    // the first organization is the platform's, which has other limits
    app.owner().await;
    let at = theatre(&app).await;
    let parts: Vec<Vec<Row>> = (0..CASTS)
        .map(|part| rows.iter().skip(part).step_by(CASTS).copied().collect())
        .collect();
    let parts = join_all(parts.iter().map(|part| cells(&app, &at, part))).await;
    let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
    let cells = (0..rows.len()).map(|index| parts[index % CASTS].next().unwrap());
    let table = written(&rows.iter().copied().zip(cells).collect::<Vec<_>>());

    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(START).unwrap();
    let (told, after) = rest.split_once(END).unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "how one asks a test to rewrite what it compares with"
    )]
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(DOCUMENT, format!("{before}{START}{table}{END}{after}")).unwrap();
        return;
    }
    let differs = |(was, is): &(&str, &str)| was != is;
    let differences: Vec<_> = told.lines().zip(table.lines()).filter(differs).collect();
    assert!(
        told == table,
        "the matrix in docs/access-matrix.md is out of date; rewrite it with \
         `{BLESS}=1 cargo test -p oneclaw-http --test access_matrix matrix` and read the difference: \
         {differences:#?}"
    );
}
