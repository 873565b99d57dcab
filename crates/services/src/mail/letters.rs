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
    invitation: "mail/invitation.txt", "mail/invitation.html", org, inviter, role, link, until;
    invited_elsewhere: "mail/invited_elsewhere.txt", "mail/invited_elsewhere.html", org, inviter, link;
    enrollment_request: "mail/enrollment_request.txt", "mail/enrollment_request.html",
        agent, description, fingerprint, link, until;
}
