//! Whether the page of another site makes a browser ask: then nothing is changed and no share is
//! read, so that nobody who looks at such a page makes an account, spends tries or a share, or lends
//! it their address.

use crate::app::Core;
use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, HOST, HeaderName, HeaderValue, ORIGIN, REFERER};
use actix_web::web::Data;

/// Where the request comes from, in the browser's words (Fetch Metadata 2.4).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What media ranges of images begin with.
const IMAGE: &[u8] = b"image/";

/// Whether another site's page made a browser send this. Programs say nothing of a site.
pub(crate) fn asks_for_another_site(request: &HttpRequest) -> bool {
    let core = request.app_data::<Data<Core>>();
    is_of_another_site(request, core.map_or(&[], |core| core.origins.as_slice()))
}

/// A browser names the origin wherever a page sends a body, and the relation of both sites where
/// the connection is safe. Behind a proxy the host may be another than the one in the address bar:
/// then the origin is that of `public_url`.
fn is_of_another_site(request: &HttpRequest, allowed: &[String]) -> bool {
    let headers = request.headers();
    let site = headers.get(SEC_FETCH_SITE);
    if site.is_some_and(|site| site == "same-origin" || site == "none") {
        return false;
    }
    match headers.get(ORIGIN) {
        Some(origin) => !is_ours(request, origin.as_bytes(), allowed),
        None if site.is_some() => true,
        None => request.method() == Method::GET && is_fetched_by_page(request, allowed),
    }
}

/// To a host without TLS a browser tells no relation of sites, and with a GET no origin either. What
/// is left is the page that it comes from, unless that hides it, and that an image is looked for.
fn is_fetched_by_page(request: &HttpRequest, allowed: &[String]) -> bool {
    let headers = request.headers();
    let referer = headers.get(REFERER).map(HeaderValue::as_bytes);
    let is_of_other = referer.is_some_and(|page| !is_ours(request, origin_of(page), allowed));
    let mut accepted = headers.get_all(ACCEPT).map(HeaderValue::as_bytes);
    let wants_image = accepted.any(|ranges| {
        let mut ranges = ranges.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        ranges.any(|range| {
            let kind = range.get(..IMAGE.len());
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(IMAGE))
        })
    });
    is_of_other || wants_image
}

/// The part of an address before its path.
fn origin_of(address: &[u8]) -> &[u8] {
    let mut slashes = address
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/');
    let path = slashes.nth(2).map(|(at, _)| at);
    path.and_then(|at| address.get(..at)).unwrap_or(address)
}

fn is_ours(request: &HttpRequest, origin: &[u8], allowed: &[String]) -> bool {
    let host = request.headers().get(HOST).map(HeaderValue::as_bytes);
    let host = host.or_else(|| {
        request
            .uri()
            .authority()
            .map(|host| host.as_str().as_bytes())
    });
    let is_of_host = [&b"https://"[..], b"http://"].into_iter().any(|scheme| {
        let named = origin.strip_prefix(scheme);
        named.is_some() && named == host
    });
    is_of_host || allowed.iter().any(|one| origin == one.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn web_02_pages_of_other_sites_are_told_from_our_own_and_from_programs() {
        let allowed = ["https://secrets.test".to_owned()];
        for (origin, site, other) in [
            (None, None, false),
            (None, Some("none"), false),
            (None, Some("same-origin"), false),
            (None, Some("cross-site"), true),
            (None, Some("same-site"), true),
            (Some("https://secrets.test"), None, false),
            (Some("https://secrets.test"), Some("cross-site"), false),
            (Some("http://inside:8080"), None, false),
            (Some("https://inside:8080"), None, false),
            (Some("https://inside"), None, true),
            (Some("https://evil.test"), None, true),
            (Some("https://evil.test"), Some("cross-site"), true),
            (Some("https://secrets.test.evil.test"), None, true),
            (Some("null"), None, true),
            (Some("null"), Some("same-origin"), false),
            (Some("chrome-extension://x"), None, true),
        ] {
            let mut request = TestRequest::default().insert_header((HOST, "inside:8080"));
            if let Some(origin) = origin {
                request = request.insert_header((ORIGIN, origin));
            }
            if let Some(site) = site {
                request = request.insert_header((SEC_FETCH_SITE, site));
            }
            let request = request.to_http_request();
            let said = is_of_another_site(&request, &allowed);
            assert_eq!(said, other, "{origin:?} {site:?}");
        }
    }

    #[test]
    fn web_02_without_tls_a_get_tells_its_page_and_that_it_wants_an_image() {
        let allowed = ["https://secrets.test".to_owned()];
        let image = "image/avif,image/webp,*/*;q=0.8";
        for (method, referer, accept, other) in [
            (Method::GET, None, "*/*", false),
            (
                Method::GET,
                Some("http://inside:8080/share/x"),
                "*/*",
                false,
            ),
            (Method::GET, Some("https://secrets.test/"), "*/*", false),
            (Method::GET, Some("http://evil.test/"), "*/*", true),
            (Method::GET, Some("http://evil.test"), "*/*", true),
            (
                Method::GET,
                Some("http://inside:8080.evil.test/"),
                "*/*",
                true,
            ),
            (
                Method::GET,
                Some("http://evil.test/http://inside:8080/"),
                "*/*",
                true,
            ),
            (Method::GET, Some("nonsense"), "*/*", true),
            (Method::GET, None, image, true),
            (Method::GET, None, "application/json, Image/*", true),
            (Method::GET, Some("http://inside:8080/"), image, true),
            (Method::POST, None, image, false),
        ] {
            let mut request = TestRequest::default()
                .method(method)
                .insert_header((HOST, "inside:8080"))
                .insert_header((ACCEPT, accept));
            if let Some(referer) = referer {
                request = request.insert_header((REFERER, referer));
            }
            let request = request.to_http_request();
            let said = is_of_another_site(&request, &allowed);
            assert_eq!(said, other, "{referer:?} {accept}");
        }
    }
}
