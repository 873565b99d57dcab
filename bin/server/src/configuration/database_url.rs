//! Which store a URL names, and how it is shown without its password.

/// The URL for people: a password becomes `***`, in the user part and among the parameters.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "***".to_owned();
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    // The last @ ends the user part: a password may hold one, however wrongly.
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => format!("{user}@{host}"),
        },
        None => rest.to_owned(),
    };
    let query = query.map(|query| {
        let pairs: Vec<_> = query.split('&').map(shown_parameter).collect();
        format!("?{}", pairs.join("&"))
    });
    format!("{scheme}://{rest}{}", query.unwrap_or_default())
}

fn shown_parameter(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, _)) if key.to_ascii_lowercase().contains("password") => format!("{key}=***"),
        _ => pair.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            (
                "sqlite:///var/lib/oneclaw/oneclaw.db",
                "sqlite:///var/lib/oneclaw/oneclaw.db",
            ),
            ("postgres://db/one", "postgres://db/one"),
            ("postgres://me@db/one", "postgres://me@db/one"),
            (
                "postgres://me:hunter2@db:5432/one",
                "postgres://me:***@db:5432/one",
            ),
            ("postgres://me:hun@ter/2@db/one", "postgres://me:***@db/one"),
            (
                "postgres://db/one?user=me&password=hunter2&sslmode=require",
                "postgres://db/one?user=me&password=***&sslmode=require",
            ),
            (
                "postgres://db/one?PassWord=hunter2",
                "postgres://db/one?PassWord=***",
            ),
            ("host=db password=hunter2", "***"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
