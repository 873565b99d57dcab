//! Which paths a grant or a scope is about.

use crate::path::{MAX_PATH, is_path_byte, is_segment_len};
use crate::{Invalid, SecretPath};

/// A whole segment that stands for any number of segments, none included.
const ANY_DEPTH: &str = "**";

/// A glob over paths (contract 4.4): `**` as a whole segment is none or more segments, `*` is any
/// run of characters within one segment, everything else is itself. Case-sensitive.
///
/// 1 to 512 characters, segments of 1 to 128. A lone `*` is one segment; `a/**` takes `a` too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PathPattern(String);

impl PathPattern {
    /// Checks a glob.
    ///
    /// What passes takes at least one valid path: the shortest one is never longer than the glob.
    ///
    /// # Errors
    /// Anything outside the grammar, `**` beside other characters, and segments `.` and `..`,
    /// which no path has. The reason does not repeat the input.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() || text.len() > MAX_PATH {
            return Err(Invalid::because(format!(
                "must be 1 to {MAX_PATH} characters"
            )));
        }
        text.split('/').try_for_each(check_segment)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the glob takes this path.
    ///
    /// No allocation, no recursion; at most one step for each pair of a byte of the glob and a
    /// byte of the path.
    pub fn matches(&self, path: &SecretPath) -> bool {
        takes(&self.0, path.as_str(), &mut || {})
    }

    /// The longest text that every path this glob takes begins with; empty where there is none.
    pub fn literal_prefix(&self) -> &str {
        let Some((before, rest)) = self.0.find('*').map(|at| self.0.split_at(at)) else {
            return &self.0;
        };
        // `a/**` takes `a` itself, `a/**/b` does not: there the slash is certain
        if rest.split('/').all(|segment| segment == ANY_DEPTH) {
            before.strip_suffix('/').unwrap_or(before)
        } else {
            before
        }
    }
}

fn check_segment(segment: &str) -> Result<(), Invalid> {
    if segment == ANY_DEPTH {
        return Ok(());
    }
    if !is_segment_len(segment) {
        return Err(Invalid::new(
            "must be segments of 1 to 128 characters with one `/` between, none first or last",
        ));
    }
    if !segment.bytes().all(|b| b == b'*' || is_path_byte(b)) {
        return Err(Invalid::new(
            "may have letters, digits, `.`, `_`, `-`, `*` and `/` only",
        ));
    }
    if segment.contains(ANY_DEPTH) {
        return Err(Invalid::new("may have `**` only as a whole segment"));
    }
    if segment == "." || segment == ".." {
        return Err(Invalid::new("matches no path: no segment is `.` or `..`"));
    }
    Ok(())
}

/// The first segment, and what comes after its slash.
fn first(text: &str) -> (&str, Option<&str>) {
    match text.split_once('/') {
        Some((segment, rest)) => (segment, Some(rest)),
        None => (text, None),
    }
}

/// Greedy with one place to resume, the last `**`: an earlier one never has to take more, for
/// whatever it would leave to the later one, that one can take itself. Between two `**` a segment
/// of the glob takes exactly one of the path, so that each pair of them meets at most once.
fn takes(pattern: &str, path: &str, step: &mut impl FnMut()) -> bool {
    let mut wanted = Some(pattern);
    let mut left = Some(path);
    let mut resume = None;
    loop {
        match (wanted.map(first), left.map(first)) {
            (Some((ANY_DEPTH, None)), _) | (None, None) => return true,
            (Some((ANY_DEPTH, rest)), _) => {
                wanted = rest;
                resume = Some((rest, left));
            }
            (Some((glob, glob_rest)), Some((segment, rest)))
                if segment_takes(glob.as_bytes(), segment.as_bytes(), step) =>
            {
                wanted = glob_rest;
                left = rest;
            }
            (Some(_), None) => return false,
            (_, Some(_)) => {
                let Some((again, Some(from))) = resume else {
                    return false;
                };
                step();
                let (_, rest) = first(from);
                wanted = again;
                left = rest;
                resume = Some((again, rest));
            }
        }
    }
}

/// The same within one segment, by bytes and `*`.
fn segment_takes(glob: &[u8], segment: &[u8], step: &mut impl FnMut()) -> bool {
    let mut wanted = glob;
    let mut left = segment;
    let mut resume = None;
    loop {
        match (wanted.split_first(), left.split_first()) {
            (Some((b'*', [])), _) | (None, None) => return true,
            (Some((b'*', rest)), _) => {
                step();
                wanted = rest;
                resume = Some((rest, left));
            }
            (Some((want, want_rest)), Some((have, rest))) if want == have => {
                step();
                wanted = want_rest;
                left = rest;
            }
            (Some(_), None) => return false,
            (_, Some(_)) => {
                step();
                let Some((again, [_, rest @ ..])) = resume else {
                    return false;
                };
                wanted = again;
                left = rest;
                resume = Some((again, rest));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> PathPattern {
        PathPattern::parse(text).unwrap_or_else(|why| panic!("{text:?}: {why}"))
    }

    /// Whether `glob` takes `path`, after making sure of the bound.
    fn counted(glob: &str, path: &str) -> bool {
        let mut steps = 0;
        let taken = takes(glob, path, &mut || steps += 1);
        let bound = glob.len() * path.len();
        assert!(steps <= bound, "{steps} > {bound}: {glob:?} on {path:?}");
        taken
    }

    #[test]
    fn path_05_what_a_glob_takes() {
        for (glob, taken, left) in [
            ("**", &["a", "a/b", "a/b/c", ".env"][..], &[][..]),
            ("**/**", &["a", "a/b"], &[]),
            ("*", &["a", ".env", "..."], &["a/b"]),
            ("*/*", &["a/b"], &["a", "a/b/c"]),
            (
                "a/**",
                &["a", "a/b", "a/b/c"],
                &["ab", "b/a", "A/b", "aa/b"],
            ),
            ("a/*", &["a/b"], &["a", "a2/x", "a/b/c", "A/b"]),
            ("a*", &["a", "ab", "a.b", "a-"], &["a/b", "ba", "A"]),
            ("*a", &["a", "ba", "aba"], &["ab", "b/a"]),
            (
                "a*b*c",
                &["abc", "aXbXc", "abcbc", "abbcc"],
                &["acb", "ab/c", "abcd"],
            ),
            ("*a*", &["a", "bab", "ab", "ba"], &["b", "b/a"]),
            (
                "**/x",
                &["x", "a/x", "a/b/x", "x/x"],
                &["x/a", "ax", "a/ax"],
            ),
            ("**/x/**", &["x", "a/x", "x/a", "a/x/b"], &["ax", "a/xb"]),
            (
                "a/**/b",
                &["a/b", "a/x/b", "a/x/y/b", "a/b/b"],
                &["a", "b", "a/b/c", "ab"],
            ),
            (
                "a/**/b/**/c",
                &["a/b/c", "a/b/b/c/c", "a/x/b/y/c"],
                &["a/c", "a/c/b", "a/b"],
            ),
            ("**/*", &["a", "a/b"], &[]),
            ("a/**/*", &["a/b", "a/b/c"], &["a", "b/a"]),
            ("a/**/**", &["a", "a/b"], &["b"]),
            ("a.b", &["a.b"], &["axb", "a/b", "A.b"]),
            ("a-_.Z9", &["a-_.Z9"], &["a-_.z9"]),
            (".*.", &[".a.", "..."], &["a", ".a"]),
        ] {
            pattern(glob);
            for path in taken {
                assert!(counted(glob, path), "{glob:?} on {path:?}");
            }
            for path in left {
                assert!(!counted(glob, path), "{glob:?} on {path:?}");
            }
        }
    }

    #[test]
    fn path_06_what_is_no_glob() {
        let long_segment = "a".repeat(129);
        let long_glob = vec!["*".to_owned(); 257].join("/");
        for bad in [
            "",
            "/",
            "/**",
            "a/",
            "a//b",
            "//",
            "..",
            ".",
            "a/../b",
            "a/.",
            "?",
            "[ab]",
            "{a,b}",
            "!a",
            "\\*",
            "a|b",
            "a+",
            "^a$",
            "**%2Fx",
            "a**",
            "**a",
            "***",
            "a/***/b",
            "a b",
            "ä",
            "a\0",
            "＊",
            "a:b",
            "a,b",
            &long_segment,
            &long_glob,
        ] {
            assert!(PathPattern::parse(bad).is_err(), "{bad:?}");
        }
        let longest = vec!["*".to_owned(); 256].join("/");
        assert_eq!(pattern(&longest).as_str().len(), 511);
    }

    #[test]
    fn path_07_steps_are_bounded() {
        let run = "a".repeat(128);
        let deepest = vec!["a"; 256].join("/");
        let stars = format!("{}b", "a*".repeat(63));
        let depths = format!("{}b", "**/a/".repeat(100));
        let mixed = format!("{}b", "**/*a*/".repeat(70));
        for (glob, path) in [
            ("a*a*a*a*a*a*b", &run),
            ("*b", &run),
            (stars.as_str(), &run),
            (depths.as_str(), &deepest),
            (mixed.as_str(), &deepest),
            ("**/a/**/a/**/a/**/b", &deepest),
        ] {
            pattern(glob);
            assert!(SecretPath::parse(path).is_ok());
            assert!(!counted(glob, path), "{glob:?}");
        }
    }

    #[test]
    fn the_prefix_is_the_longest_certain_one() {
        for (glob, prefix) in [
            ("**", ""),
            ("**/**", ""),
            ("**/x", ""),
            ("*", ""),
            ("app/db", "app/db"),
            ("app/db/**", "app/db"),
            ("app/**/**", "app"),
            ("app/*", "app/"),
            ("app/x*", "app/x"),
            ("app/**/x", "app/"),
            ("app/**/*", "app/"),
            ("a*/b", "a"),
        ] {
            assert_eq!(pattern(glob).literal_prefix(), prefix, "{glob}");
        }
    }

    proptest! {
        #[test]
        fn path_07_steps_are_bounded_for_any(
            glob in prop::collection::vec("\\*\\*|\\*?([ab]\\*?){1,8}", 1..12),
            path in prop::collection::vec("[ab]{1,12}", 1..12),
        ) {
            let glob = glob.join("/");
            counted(&glob, &path.join("/"));
        }
    }
}
