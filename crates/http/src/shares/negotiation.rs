//! Whether a person's browser asks, or a program.
//!
//! The link that people paste is fetched by whatever previews and scans it, mostly with
//! `Accept: */*`. So there the page is the answer, unless JSON is asked for by name; at the
//! API's address JSON is, unless a page is asked for by name.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderName};

/// Whether the API's address is to answer with the page.
pub(super) fn wants_page(request: &HttpRequest) -> bool {
    names(request, &ACCEPT, "text/html")
}

/// Whether the page's address is to answer as the API does.
pub(super) fn wants_json(request: &HttpRequest) -> bool {
    const JSON: &str = "application/json";
    let asked = names(request, &ACCEPT, JSON) || names(request, &CONTENT_TYPE, JSON);
    asked && !wants_page(request)
}

/// Whether a header names a media type, without regard to its weight or parameters.
fn names(request: &HttpRequest, header: &HeaderName, media_type: &str) -> bool {
    let values = request.headers().get_all(header);
    let mut texts = values.filter_map(|value| value.to_str().ok());
    texts.any(|text| {
        text.split(',').any(|range| {
            let essence = range.split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case(media_type)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn ask(accept: Option<&str>, content_type: Option<&str>) -> (bool, bool) {
        let mut request = TestRequest::default();
        if let Some(accept) = accept {
            request = request.insert_header((ACCEPT, accept));
        }
        if let Some(content_type) = content_type {
            request = request.insert_header((CONTENT_TYPE, content_type));
        }
        let request = request.to_http_request();
        (wants_page(&request), wants_json(&request))
    }

    #[test]
    fn shr_01_browsers_previews_and_programs_are_told_apart() {
        const JSON: Option<&str> = Some("application/json");
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, content_type, page, json) in [
            (None, None, false, false),
            (Some("*/*"), None, false, false),
            (Some("application/*"), None, false, false),
            (Some(browser), None, true, false),
            (Some("Text/HTML; charset=utf-8"), None, true, false),
            (Some("application/json, text/plain, */*"), None, false, true),
            (Some("*/*"), JSON, false, true),
            (None, Some("Application/JSON; charset=utf-8"), false, true),
            (Some("text/html, application/json"), JSON, true, false),
            (Some("application/jsonp, text/htmlx"), None, false, false),
        ] {
            assert_eq!(
                ask(accept, content_type),
                (page, json),
                "{accept:?} {content_type:?}"
            );
        }
    }
}
