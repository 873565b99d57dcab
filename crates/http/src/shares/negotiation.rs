//! Whether a person's browser asks, or a program.
//!
//! The link that people paste is fetched by whatever previews and scans it, mostly with
//! `Accept: */*`, alone or behind what their library names. So there the page is the answer, unless
//! JSON is asked for by name and not just anything beside it; at the API's address JSON is, unless a
//! page is asked for by name.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

/// Whether the API's address is to answer with the page.
pub(super) fn wants_page(request: &HttpRequest) -> bool {
    accepts(request, "text/html")
}

/// Whether the page's address is to answer as the API does.
pub(crate) fn wants_json(request: &HttpRequest) -> bool {
    accepts(request, "application/json") && !accepts(request, "*/*") && !wants_page(request)
}

/// Whether `Accept` names a media range, without regard to its weight or parameters.
fn accepts(request: &HttpRequest, media_range: &str) -> bool {
    let values = request.headers().get_all(ACCEPT);
    let mut texts = values.filter_map(|value| value.to_str().ok());
    texts.any(|text| {
        text.split(',').any(|range| {
            let essence = range.split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case(media_range)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn ask(accept: Option<&str>) -> (bool, bool) {
        let mut request = TestRequest::default();
        if let Some(accept) = accept {
            request = request.insert_header((ACCEPT, accept));
        }
        let request = request.to_http_request();
        (wants_page(&request), wants_json(&request))
    }

    #[test]
    fn shr_01_browsers_previews_and_programs_are_told_apart() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, page, json) in [
            (None, false, false),
            (Some("*/*"), false, false),
            (Some("application/*"), false, false),
            (Some(browser), true, false),
            (Some("Text/HTML; charset=utf-8"), true, false),
            (Some("application/json"), false, true),
            (Some("Application/JSON; charset=utf-8"), false, true),
            (Some("application/json, text/plain"), false, true),
            // what axios says without being asked
            (Some("application/json, text/plain, */*"), false, false),
            (Some("application/json, */*;q=0.5"), false, false),
            (Some("text/html, application/json"), true, false),
            (Some("application/jsonp, text/htmlx"), false, false),
        ] {
            assert_eq!(ask(accept), (page, json), "{accept:?}");
        }
    }
}
