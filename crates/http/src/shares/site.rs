//! Whether the page of another site makes a browser ask: then nothing is read, so that nobody who
//! looks at such a page spends a share, or lends it their address.

use crate::app::Core;
use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use actix_web::web::Data;

/// Where the request comes from, in the browser's words (Fetch Metadata 2.4).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether another site's page made a browser send this. Programs say nothing of a site.
pub(super) fn asks_for_another_site(request: &HttpRequest) -> bool {
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
    let Some(origin) = headers.get(ORIGIN) else {
        return site.is_some();
    };
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let host = host.or_else(|| {
        request
            .uri()
            .authority()
            .map(|host| host.as_str().as_bytes())
    });
    let is_of_host = [&b"https://"[..], b"http://"].into_iter().any(|scheme| {
        let named = origin.as_bytes().strip_prefix(scheme);
        named.is_some() && named == host
    });
    let is_known = allowed.iter().any(|one| origin == one.as_str());
    !(is_known || is_of_host)
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
}
