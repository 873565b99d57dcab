//! One pair of templates per mail. HTML is escaped by askama; plain text has nothing to escape.

use askama::Template;

/// The plain text, whose first line is the subject, and the HTML of one mail.
macro_rules! letters {
    ($($module:ident: $text:literal, $html:literal, $($field:ident),+;)*) => {$(
        pub(super) mod $module {
            /// As plain text, after a first line with the subject.
            #[derive(askama::Template, Clone, Copy)]
            #[template(path = $text)]
            pub(in crate::mail) struct Text<'a> {
                $(pub(in crate::mail) $field: &'a str,)+
            }

            /// As HTML.
            #[derive(askama::Template)]
            #[template(path = $html)]
            pub(in crate::mail) struct Html<'a> {
                $($field: &'a str,)+
            }

            impl<'a> From<Text<'a>> for Html<'a> {
                fn from(text: Text<'a>) -> Self {
                    Self { $($field: text.$field,)+ }
                }
            }
        }

        impl<'a> Pair for $module::Text<'a> {
            fn both(self) -> askama::Result<(String, String)> {
                Ok((self.render()?, $module::Html::from(self).render()?))
            }
        }
    )*};
}

/// A mail whose words are known.
pub(super) trait Pair {
    /// Its plain text, subject first, and its HTML.
    fn both(self) -> askama::Result<(String, String)>;
}

letters! {
    welcome: "mail/welcome.txt", "mail/welcome.html", name, org, link;
    api_key_created: "mail/api_key_created.txt", "mail/api_key_created.html", name, key, prefix, link;
    password_changed: "mail/password_changed.txt", "mail/password_changed.html", name, link;
    second_factor_on: "mail/second_factor_on.txt", "mail/second_factor_on.html", name, link;
    second_factor_off: "mail/second_factor_off.txt", "mail/second_factor_off.html", name, link;
    account_deleted: "mail/account_deleted.txt", "mail/account_deleted.html", name, link;
    welcome_unproved: "mail/welcome_unproved.txt", "mail/welcome_unproved.html", name, org, link, until;
    verify_address: "mail/verify_address.txt", "mail/verify_address.html", name, link, until;
    account_exists: "mail/account_exists.txt", "mail/account_exists.html", name, link;
    password_reset: "mail/password_reset.txt", "mail/password_reset.html", name, link, until;
    email_change_code: "mail/email_change_code.txt", "mail/email_change_code.html", name, code, until, link;
    email_change_taken: "mail/email_change_taken.txt", "mail/email_change_taken.html", name, link;
    email_changed: "mail/email_changed.txt", "mail/email_changed.html", name, link;
    account_reclaimed: "mail/account_reclaimed.txt", "mail/account_reclaimed.html",
        name, dropped, others, link;
    device_let_in: "mail/device_let_in.txt", "mail/device_let_in.html", name, client, address, at, link;
    identity_linked: "mail/identity_linked.txt", "mail/identity_linked.html", name, issuer, link;
    invitation: "mail/invitation.txt", "mail/invitation.html", org, inviter, role, link, until;
    invited_elsewhere: "mail/invited_elsewhere.txt", "mail/invited_elsewhere.html", org, inviter, link;
    secret_shared: "mail/secret_shared.txt", "mail/secret_shared.html", sharer, org, link, until;
    shared_secret_read: "mail/shared_secret_read.txt", "mail/shared_secret_read.html",
        name, path, reader, address, reads, at, link;
    enrollment_request: "mail/enrollment_request.txt", "mail/enrollment_request.html",
        agent, description, fingerprint, link, until;
    credits_end: "mail/credits_end.txt", "mail/credits_end.html", name, org, amount, until, link;
}
