//! One function in, a module with two tests out.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// Attributes that say how a test runs, and so belong to the tests and not to the function.
const OF_TESTS: [&str; 2] = ["ignore", "should_panic"];

/// Why the attribute cannot be where it is, and where that is.
struct Misuse(Span, &'static str);

/// The tests, or a compile error at the place that is not as expected.
pub(crate) fn expand(arguments: TokenStream, function: TokenStream) -> TokenStream {
    tests(arguments, function).unwrap_or_else(
        |Misuse(at, message)| quote_spanned!(at=> ::core::compile_error! { #message }),
    )
}

fn tests(arguments: TokenStream, function: TokenStream) -> Result<TokenStream, Misuse> {
    if let Some(argument) = arguments.into_iter().next() {
        return Err(Misuse(argument.span(), "`both_stores` takes no arguments"));
    }
    let (of_tests, function) = split_attributes(function);
    let name = name_of(&function)?;
    Ok(quote! {
        mod #name {
            use super::*;

            #function

            #[test]
            #of_tests
            fn on_sqlite() {
                ::oneclaw_testkit::run_on(::oneclaw_testkit::StoreKind::Sqlite, #name)
            }

            #[test]
            #of_tests
            fn on_postgres() {
                ::oneclaw_testkit::run_on(::oneclaw_testkit::StoreKind::Postgres, #name)
            }
        }
    })
}

/// Takes the attributes in [`OF_TESTS`] out of the function.
fn split_attributes(function: TokenStream) -> (TokenStream, TokenStream) {
    let (mut of_tests, mut rest) = (TokenStream::new(), TokenStream::new());
    let mut tokens = function.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let hash = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#');
        let brackets = tokens.next_if(|next| hash && matches!(next, TokenTree::Group(_)));
        let target = if brackets.as_ref().is_some_and(is_of_tests) {
            &mut of_tests
        } else {
            &mut rest
        };
        target.extend([Some(token), brackets].into_iter().flatten());
    }
    (of_tests, rest)
}

fn is_of_tests(brackets: &TokenTree) -> bool {
    let TokenTree::Group(group) = brackets else {
        return false;
    };
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if OF_TESTS.iter().any(|of| name == of))
}

/// The name of an `async fn`, which stands after those two words and before the first parenthesis.
fn name_of(function: &TokenStream) -> Result<Ident, Misuse> {
    let mut words = function.clone().into_iter();
    let is_async = words.any(|token| matches!(&token, TokenTree::Ident(word) if word == "async"));
    match (is_async, words.next(), words.next()) {
        (true, Some(TokenTree::Ident(keyword)), Some(TokenTree::Ident(name)))
            if keyword == "fn" =>
        {
            Ok(name)
        }
        _ => Err(Misuse(
            Span::call_site(),
            "`both_stores` goes on an `async fn` that takes the app to test",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(function: TokenStream) -> String {
        expand(TokenStream::new(), function).to_string()
    }

    #[test]
    fn attributes_of_tests_leave_the_function() {
        let text =
            expanded(quote! { #[ignore = "slow"] #[expect(unused)] async fn a(app: App) {} });
        assert_eq!(text.matches("ignore").count(), 2, "{text}");
        assert!(
            text.contains("use super :: * ; # [expect (unused)] async fn a (app : App)"),
            "{text}"
        );
    }

    #[test]
    fn other_items_are_refused() {
        for item in [quote! { fn a(app: App) {} }, quote! { struct A; }] {
            let text = expanded(item);
            assert!(
                text.contains("compile_error") && !text.contains("mod"),
                "{text}"
            );
        }
        let text = expand(quote! { sqlite }, quote! { async fn a(app: App) {} }).to_string();
        assert!(text.contains("takes no arguments"), "{text}");
    }
}
