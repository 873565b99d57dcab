//! Who of the operating system's users runs this process, for audit events.

use rustix::process::getuid;

/// Where the names of users are.
const NAMES: &str = "/etc/passwd";

/// The user's name and number, `ada (uid 1000)`; the number alone where it has no name here.
pub(crate) fn os_user() -> String {
    let uid = getuid().as_raw();
    let names = std::fs::read_to_string(NAMES).unwrap_or_default();
    match name_of(uid, &names) {
        Some(name) => format!("{name} (uid {uid})"),
        None => format!("uid {uid}"),
    }
}

/// The name of a user in the form of passwd(5).
fn name_of(uid: u32, names: &str) -> Option<&str> {
    let uid = uid.to_string();
    names.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_10_a_user_has_the_name_of_its_number() {
        let names = "root:x:0:0:root:/root:/bin/sh\nbroken\nada:x:1000:100::/home/ada:/bin/sh\n";
        assert_eq!(name_of(0, names), Some("root"));
        assert_eq!(name_of(1000, names), Some("ada"));
        assert_eq!(name_of(100, names), None);
        assert_eq!(name_of(0, ""), None);
    }
}
