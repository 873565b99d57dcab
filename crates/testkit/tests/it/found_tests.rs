//! The tests of this checkout, found in its sources by their names.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The checkout.
pub(crate) fn root() -> PathBuf {
    fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap()
}

/// The name of every test, and the files that have one so called.
pub(crate) fn tests() -> BTreeMap<String, Vec<String>> {
    let root = root();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![root.join("bin"), root.join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(&root).unwrap().display().to_string();
                for name in tests_in(&fs::read_to_string(&path).unwrap()) {
                    found.entry(name).or_default().push(file.clone());
                }
            }
        }
    }
    assert!(found.len() > 500, "this looks in the wrong place");
    for files in found.values_mut() {
        files.sort();
        files.dedup();
    }
    found
}

/// The functions of a source that an attribute makes a test, or the macro of the stores' contract.
fn tests_in(text: &str) -> Vec<String> {
    let (mut found, mut is_test, mut in_list) = (Vec::new(), false, false);
    for line in text.lines().map(str::trim) {
        if in_list || line == "on_both_stores! {" {
            if in_list && line != "}" {
                found.push(line.to_owned());
            }
            in_list = line != "}";
        } else if line.starts_with("#[") {
            // `#[test]`, `#[tokio::test]`, `#[both_stores]`, each with or without arguments
            let path = line.trim_start_matches("#[");
            let path = path.split(['(', ']']).next().unwrap_or_default();
            is_test |= path == "both_stores" || path.rsplit("::").next() == Some("test");
        } else if let Some(name) = function(line) {
            if is_test {
                found.push(name.to_owned());
            }
            is_test = false;
        } else if ends_an_item(line) {
            is_test = false;
        }
    }
    found
}

/// The name of the function that the line begins, if it begins one.
fn function(line: &str) -> Option<&str> {
    let rest = ["fn ", "async fn ", "pub fn ", "pub async fn "]
        .iter()
        .find_map(|start| line.strip_prefix(start))?;
    rest.split(['(', '<']).next()
}

/// Whether what an attribute above could have been for is over.
fn ends_an_item(line: &str) -> bool {
    line.is_empty() || line == "}" || line.ends_with(';')
}

/// What stands between two lines of a document, compared with what should stand there; or written, when asked.
#[track_caller]
pub(crate) fn hold(document: &str, name: &str, should: &str, test: &str) {
    const BLESS: &str = "ONECLAW_BLESS";
    let path = root().join(document);
    let text = fs::read_to_string(&path).unwrap();
    let (start, end) = (
        format!("<!-- {name}:start -->\n"),
        format!("<!-- {name}:end -->"),
    );
    let (before, rest) = text.split_once(&start).expect("the line that starts it");
    let (is, after) = rest.split_once(&end).expect("the line that ends it");
    #[expect(
        clippy::disallowed_methods,
        reason = "how one asks a test to rewrite what it compares with"
    )]
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, format!("{before}{start}{should}{end}{after}")).unwrap();
        return;
    }
    assert_eq!(
        is, should,
        "{document} is out of date; rewrite it with \
         `{BLESS}=1 cargo test -p oneclaw-testkit --test it {test}` and read the difference"
    );
}

/// A list of this folder's `lists`: its lines, without comments.
pub(crate) fn list(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/lists")
        .join(name);
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn tests_are_told_from_other_functions() {
    let text = "#[both_stores]\nasync fn a(app: TestApp) {\n}\nfn b() {}\n    #[test]\n    #[expect(x)]\n    fn c() {\n\
                #[test]\nmod d;\nfn e() {}\n#[tokio::test(flavor = \"x\")]\npub async fn f() {";
    assert_eq!(tests_in(text), ["a", "c", "f"]);
    let text =
        "on_both_stores! {\n    a\n    b\n}\n\nasync fn a(kind: Kind) {\n}\nasync fn c() {\n}\n";
    assert_eq!(tests_in(text), ["a", "b"]);
}
