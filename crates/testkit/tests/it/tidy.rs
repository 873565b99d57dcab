//! House rules about files and documents that no lint knows.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Longer files need a line `// over 400 lines: why`.
const LINES: usize = 400;

/// Names that say nothing about what is inside.
const BANNED: [&str; 6] = ["utils", "util", "common", "helpers", "manager", "misc"];

/// The compiler wants macros at the root of their crate.
const MACRO_ROOT: &str = "crates/testkit-macros/src/lib.rs";

fn root() -> PathBuf {
    fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap()
}

/// The files below a folder of the checkout with that ending, and their text.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let (root, mut found) = (root(), Vec::new());
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == ending)
            {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    let found: Vec<_> = ["bin", "crates", "examples"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"))
        .collect();
    assert!(found.len() > 10, "this test looks in the wrong place");
    found
}

#[track_caller]
fn nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whether a line of code begins a function, whatever stands before the word.
fn begins_a_function(line: &str) -> bool {
    let words = ["pub", "const", "async", "unsafe", "extern"];
    line.split_whitespace()
        .find(|word| !words.contains(word) && !word.starts_with("pub("))
        .is_some_and(|word| word == "fn")
}

#[test]
fn roots_only_declare() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let root = path.ends_with("/mod.rs") || path.ends_with("/lib.rs");
        if root && path != MACRO_ROOT && text.lines().any(begins_a_function) {
            wrong.push(format!(
                "{path} has a function: mod.rs and lib.rs only declare and re-export"
            ));
        }
    }
    nothing(&wrong);
}

#[test]
fn long_files_say_why() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        if lines > LINES && !text.contains("// over 400 lines: ") {
            wrong.push(format!(
                "{path} has {lines} lines: split it, or say why with `// over 400 lines: `"
            ));
        }
    }
    nothing(&wrong);
}

#[test]
fn crates_open_with_what_they_own() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("src/lib.rs") && !text.starts_with("//! ") {
            wrong.push(format!(
                "{path} does not open with what the crate owns and must never know"
            ));
        }
    }
    nothing(&wrong);
}

#[test]
fn modules_have_telling_names() {
    let mut wrong = Vec::new();
    for (path, _) in sources() {
        let parts = Path::new(&path).with_extension("");
        if let Some(part) = parts
            .iter()
            .find(|part| BANNED.iter().any(|banned| part == banned))
        {
            wrong.push(format!("{path}: {} is no name", part.display()));
        }
    }
    nothing(&wrong);
}

/// What holds a keyed hash or a secret: these compare in constant time, by a function of their own.
const NO_EQUALITY: [&str; 9] = [
    "CmekKey",
    "KeyedHash",
    "MacKey",
    "NewPassword",
    "PasswordInput",
    "Plaintext",
    "SecretField",
    "SecretText",
    "SymmetricKey",
];

/// The traits that make, or pass for, a comparison which ends at the first difference.
const EQUALITIES: [&str; 4] = ["PartialEq", "Eq", "PartialOrd", "Ord"];

fn words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Every item of the text, from the end of the one before it up to its `{` or `;`: attributes, and head.
fn heads(text: &str) -> impl Iterator<Item = String> {
    let code: Vec<_> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let parts: Vec<_> = code
        .join("\n")
        .split(['{', '}', ';'])
        .map(ToOwned::to_owned)
        .collect();
    parts.into_iter()
}

/// The types of [`NO_EQUALITY`] that the text declares.
fn declared_of_those(text: &str) -> Vec<&'static str> {
    let declares = |head: &str, name: &str| {
        let words = words(head);
        words
            .windows(2)
            .any(|two| ["struct", "enum", "union"].contains(&two[0]) && two[1] == name)
    };
    let heads: Vec<_> = heads(text).collect();
    NO_EQUALITY
        .into_iter()
        .filter(|name| heads.iter().any(|head| declares(head, name)))
        .collect()
}

/// Where the text gives `==` or an order to a type of [`NO_EQUALITY`], by `derive` or by an `impl`, from either side.
fn equalities_of_those(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for head in heads(text) {
        let words = words(&head);
        let equality = words.iter().any(|word| EQUALITIES.contains(word));
        let gives = words.contains(&"derive") || words.contains(&"impl");
        let type_of_those = words.iter().find(|word| NO_EQUALITY.contains(word));
        if let (true, true, Some(name)) = (equality, gives, type_of_those) {
            found.push((*name).to_owned());
        }
    }
    found
}

#[test]
fn cry_10_keyed_hashes_and_secrets_have_no_equality() {
    let (mut wrong, mut declared) = (Vec::new(), Vec::new());
    for (path, text) in sources() {
        declared.extend(declared_of_those(&text));
        for name in equalities_of_those(&text) {
            wrong.push(format!(
                "{path} gives {name} a comparison: only constant_time_eq may tell whether two are the same"
            ));
        }
    }
    nothing(&wrong);
    declared.sort_unstable();
    assert_eq!(
        declared, NO_EQUALITY,
        "a type was renamed, or there are two"
    );
}

/// The README and everything in docs/.
fn documents() -> Vec<(String, String)> {
    let mut found = files("docs", "md");
    if let Ok(text) = fs::read_to_string(root().join("README.md")) {
        found.push(("README.md".into(), text));
    }
    found
}

/// What stands in backticks, or is a line of a fenced block.
fn code(text: &str) -> Vec<&str> {
    let (mut fenced, mut found) = (false, Vec::new());
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            found.push(line.trim());
        } else {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

/// The word as a path of the checkout, if it can be nothing else: it starts with a folder of ours, and
/// has no placeholder in it. A line number behind a colon is cut off.
fn as_path(word: &str) -> Option<&str> {
    const FOLDERS: [&str; 8] = [
        "crates/",
        "bin/",
        "docs/",
        "migrations/",
        "scripts/",
        "packaging/",
        "examples/",
        ".ci/",
    ];
    let path = word.split_once(':').map_or(word, |(path, _)| path);
    let placeholder = path.contains(['<', '>', '{', '}', '*', '$', '…']) || path.contains("...");
    (FOLDERS.iter().any(|folder| path.starts_with(folder)) && !placeholder).then_some(path)
}

#[test]
fn paths_in_documents_exist() {
    let (root, mut wrong) = (root(), Vec::new());
    for (document, text) in documents() {
        for path in code(&text)
            .into_iter()
            .flat_map(str::split_whitespace)
            .filter_map(as_path)
        {
            if !root.join(path).exists() {
                wrong.push(format!("{document} names {path}, which does not exist"));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn make_targets_in_documents_exist() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let mut wrong = Vec::new();
    for (document, text) in documents() {
        for target in code(&text)
            .into_iter()
            .filter_map(|code| code.strip_prefix("make "))
        {
            let target = target.split_whitespace().next().unwrap_or_default();
            if !makefile
                .lines()
                .any(|line| line.starts_with(&format!("{target}:")))
            {
                wrong.push(format!(
                    "{document} names `make {target}`, which the Makefile does not know"
                ));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn the_rules_see_what_they_look_for() {
    assert!(begins_a_function("    pub(crate) async fn a() {") && begins_a_function("fn a();"));
    assert!(!begins_a_function("pub use a::fn_b;") && !begins_a_function("//! a fn b"));
    assert_eq!(
        code("a `b` c `d`\n```sh\nmake run # x\n```\n"),
        ["b", "d", "make run # x"]
    );
    let name = NO_EQUALITY[0];
    for wrong in [
        format!("/// x\n#[derive(Clone, PartialEq)]\npub struct {name}([u8; 32]);"),
        format!("use a;\nimpl std::cmp::PartialEq<[u8]> for crate::{name} {{}}"),
        format!("impl Eq for {name} {{}}"),
        format!("impl PartialEq<{name}> for str {{}}"),
    ] {
        assert_eq!(equalities_of_those(&wrong), [name], "{wrong}");
    }
    let right =
        format!("#[derive(PartialEq)]\nstruct A;\n#[derive(Clone)]\npub struct {name}(u8);");
    assert!(equalities_of_those(&right).is_empty() && declared_of_those(&right) == [name]);
    assert_eq!(as_path("docs/a.md:12"), Some("docs/a.md"));
    assert_eq!(
        (as_path("crates/<noun>/a.rs"), as_path("application/json")),
        (None, None)
    );
}
