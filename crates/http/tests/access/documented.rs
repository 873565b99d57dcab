//! The examples of docs/access.md do what the page says.

use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::HashMap;

const PAGE: &str = include_str!("../../../../docs/access.md");

/// Who speaks in the examples, and what their names in braces stand for.
struct Stage {
    people: HashMap<&'static str, Person>,
    ids: HashMap<String, String>,
}

impl Stage {
    async fn set(app: &TestApp) -> Self {
        let ada = app.owner().await;
        let prod = ada.vault("prod").await;
        for path in ["app/db", "app/db/replica", "web/key"] {
            ada.keep(&prod, path, "swordfish").await;
        }
        let bob = ada.member("member").await;
        let robot = ada.new_agent(json!({ "name": "robot" })).await;
        let people = HashMap::from([("ada", ada), ("bob", bob), ("robot", robot)]);
        let ids = people
            .iter()
            .map(|(name, who)| ((*name).to_owned(), who.user_id.clone()));
        let mut ids: HashMap<String, String> = ids.collect();
        ids.insert("prod".to_owned(), prod);
        Self { people, ids }
    }

    fn filled(&self, text: &str) -> String {
        let fill =
            |text: String, (name, id): (&String, &String)| text.replace(&format!("{{{name}}}"), id);
        self.ids.iter().fold(text.to_owned(), fill)
    }

    /// `who METHOD target [body] -> status ["text" ...] [as {name}]`
    async fn act(&mut self, line: &str) {
        let filled = self.filled(line);
        let (asked, expected) = filled.split_once(" -> ").unwrap();
        let mut words = asked.splitn(4, ' ');
        let mut word = || words.next().unwrap();
        let (who, method, target) = (&self.people[word()], word(), word());
        let request = who.request(method, target);
        let request = match words.next() {
            Some(body) => request.json(&serde_json::from_str::<Value>(body).unwrap()),
            None => request,
        };
        let answer = request.send().await;
        self.hold(line, expected, &answer);
    }

    fn hold(&mut self, line: &str, expected: &str, answer: &Answer) {
        let (status, rest) = expected.split_once(' ').unwrap_or((expected, ""));
        let status: u16 = status.parse().unwrap();
        assert_eq!(answer.status, status, "{line}: {}", answer.text());
        let (texts, name) = match rest.rsplit_once("as {") {
            Some((texts, name)) => (texts, name.strip_suffix('}')),
            None => (rest, None),
        };
        let texts = serde_json::Deserializer::from_str(texts).into_iter::<String>();
        for text in texts {
            let text = text.unwrap();
            assert!(answer.text().contains(&text), "{line}: {}", answer.text());
        }
        if let Some(name) = name {
            self.ids.insert(name.to_owned(), answer.str("/id"));
        }
    }
}

/// The blocks of examples, each line by line.
fn examples() -> Vec<Vec<&'static str>> {
    let blocks = PAGE.split("```example\n").skip(1);
    let blocks = blocks.map(|rest| rest.split_once("```").unwrap().0);
    blocks.map(|block| block.lines().collect()).collect()
}

#[both_stores]
async fn the_examples_of_the_page_about_access_hold(app: TestApp) {
    let examples = examples();
    assert!(examples.len() >= 5, "{}", examples.len());
    for lines in examples {
        let mut stage = Stage::set(&app).await;
        for line in lines {
            stage.act(line).await;
        }
    }
}

/// The table of patterns, too: what a row says is taken is, and the rest is not.
#[both_stores]
async fn the_patterns_of_the_page_take_what_it_says(app: TestApp) {
    let mut rows = 0;
    for row in PAGE
        .lines()
        .skip_while(|line| !line.starts_with("| pattern "))
        .skip(2)
    {
        let Some(row) = row.strip_prefix('|') else {
            break;
        };
        let cells: Vec<Vec<&str>> = row
            .split('|')
            .map(|cell| cell.split('`').skip(1).step_by(2).collect())
            .collect();
        let stage = Stage::set(&app).await;
        let (ada, bob) = (&stage.people["ada"], &stage.people["bob"]);
        let prod = &stage.ids["prod"];
        ada.grant(prod, bob, cells[0][0], &["read"]).await;
        // a path without a secret: 404 to who may read there, 403 to others
        for (paths, expected) in [(&cells[1], [200, 404]), (&cells[2], [403, 403])] {
            for path in paths {
                let read = bob.read(prod, path).await;
                assert!(
                    expected.contains(&read.status),
                    "{row}: {path}: {}",
                    read.status
                );
            }
        }
        rows += 1;
    }
    assert!(rows >= 5, "{rows}");
}
