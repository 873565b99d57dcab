//! Globs against a naive recursive matcher and against `globset`.

use globset::{GlobBuilder, GlobMatcher};
use oneclaw_domain::{PathPattern, SecretPath};
use proptest::prelude::*;

/// The contract's words, one clause each; exponential, and so for short input only.
fn naive(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|taken| naive(rest, &path[taken..])),
        ([glob, rest @ ..], [segment, left @ ..]) => {
            naive_segment(glob.as_bytes(), segment.as_bytes()) && naive(rest, left)
        }
        _ => false,
    }
}

fn naive_segment(glob: &[u8], segment: &[u8]) -> bool {
    match (glob, segment) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            (0..=segment.len()).any(|taken| naive_segment(rest, &segment[taken..]))
        }
        ([want, rest @ ..], [have, left @ ..]) => want == have && naive_segment(rest, left),
        _ => false,
    }
}

fn globset(pattern: &str) -> GlobMatcher {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(false)
        .build()
        .unwrap()
        .compile_matcher()
}

/// `globset` wants something below `a/**`; the contract takes `a` itself as well.
fn by_globset(pattern: &str, path: &str) -> bool {
    let mut shorter = pattern;
    loop {
        if globset(shorter).is_match(path) {
            return true;
        }
        match shorter.strip_suffix("/**") {
            Some(rest) => shorter = rest,
            None => return false,
        }
    }
}

/// Few letters, so that much matches and much almost does.
fn patterns() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        2 => Just("**".to_owned()),
        1 => Just("*".to_owned()),
        5 => "[abA.*]{1,5}",
    ];
    prop::collection::vec(segment, 1..6)
        .prop_map(|segments| segments.join("/"))
        .prop_filter("a valid pattern", |text| PathPattern::parse(text).is_ok())
}

fn paths() -> impl Strategy<Value = String> {
    prop::collection::vec("[abA.]{1,4}", 1..6)
        .prop_map(|segments| segments.join("/"))
        .prop_filter("a valid path", |text| SecretPath::parse(text).is_ok())
}

/// A path that the pattern takes: each star filled in.
fn taken_by(pattern: &str, fill: &[&str]) -> Option<String> {
    let mut fill = fill.iter().cycle();
    let mut segments = Vec::new();
    for segment in pattern.split('/') {
        let next = fill.next()?;
        match segment {
            "**" => segments.extend(next.chars().map(|c| c.to_string())),
            "*" => segments.push(format!("x{next}")),
            _ => segments.push(segment.replace('*', next)),
        }
    }
    let path = segments.join("/");
    SecretPath::parse(&path).is_ok().then_some(path)
}

fn agree(pattern: &str, path: &str) -> Result<(), TestCaseError> {
    let ours = PathPattern::parse(pattern)
        .unwrap()
        .matches(&SecretPath::parse(path).unwrap());
    let wanted: Vec<&str> = pattern.split('/').collect();
    let left: Vec<&str> = path.split('/').collect();
    prop_assert_eq!(
        ours,
        naive(&wanted, &left),
        "naive: {} on {}",
        pattern,
        path
    );
    prop_assert_eq!(
        ours,
        by_globset(pattern, path),
        "globset: {} on {}",
        pattern,
        path
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn path_05_a_glob_takes_what_its_oracles_take(pattern in patterns(), path in paths()) {
        agree(&pattern, &path)?;
    }

    #[test]
    fn path_05_a_glob_takes_what_was_made_for_it(
        pattern in patterns(),
        fill in prop::collection::vec(prop_oneof![Just(""), Just("a"), Just("ab"), Just("bA")], 1..5),
    ) {
        if let Some(path) = taken_by(&pattern, &fill) {
            let parsed = PathPattern::parse(&pattern).unwrap();
            prop_assert!(parsed.matches(&SecretPath::parse(&path).unwrap()), "{} on {}", pattern, path);
            prop_assert!(path.starts_with(parsed.literal_prefix()), "{} on {}", pattern, path);
            agree(&pattern, &path)?;
        }
    }

    #[test]
    fn every_path_taken_has_the_prefix(pattern in patterns(), path in paths()) {
        let parsed = PathPattern::parse(&pattern).unwrap();
        if parsed.matches(&SecretPath::parse(&path).unwrap()) {
            prop_assert!(path.starts_with(parsed.literal_prefix()));
        }
    }

    #[test]
    fn path_06_no_text_panics_and_a_valid_one_takes_a_path(text in "\\PC{0,40}|[a*./]{0,20}") {
        if let Ok(parsed) = PathPattern::parse(&text) {
            prop_assert_eq!(parsed.as_str(), text.as_str());
            // `x` makes a segment of dots and stars a valid one; `**` may stand for nothing
            let shortest: Vec<String> = text
                .split('/')
                .filter(|segment| *segment != "**")
                .map(|segment| segment.replacen('*', "x", 1).replace('*', ""))
                .collect();
            let path = if shortest.is_empty() { "x".to_owned() } else { shortest.join("/") };
            prop_assert!(parsed.matches(&SecretPath::parse(&path).unwrap()), "{} on {}", text, path);
        }
    }
}
