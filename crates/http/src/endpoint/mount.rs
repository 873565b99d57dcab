//! The table, mounted.

use super::group::Group;
use super::{Matched, Place};
use crate::problem::Problem;
use actix_web::guard::{self, GuardContext};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Scope};

/// Mounts every row where it belongs; everything else is a 404, and a known path under another
/// method a 405.
pub(crate) fn mount(config: &mut ServiceConfig, groups: &[Group], api_alias: bool) {
    config.service(scope("/v1", groups));
    if api_alias {
        config.service(scope("/api/v1", groups));
    }
    for group in groups.iter().filter(|group| group.place == Place::Root) {
        config.service(resource("", group, groups));
    }
    config.default_service(web::to(not_found));
}

fn scope(prefix: &str, groups: &[Group]) -> Scope {
    groups
        .iter()
        .filter(|group| group.place == Place::Api)
        .fold(web::scope(prefix), |scope, group| {
            scope.service(resource(prefix, group, groups))
        })
}

fn resource(prefix: &str, group: &Group, groups: &[Group]) -> Resource {
    let mut resource = web::resource(group.pattern())
        .app_data(Matched::new(prefix, group, groups))
        .default_service(web::to(method_not_allowed));
    // What could also be a secret's path takes only the methods that it has, and leaves the others to that.
    if groups.iter().any(|other| group.is_within(other)) {
        let rows = group.endpoints.iter();
        let methods: Vec<_> = rows.map(|(row, _)| row.method.clone()).collect();
        resource = resource.guard(guard::fn_guard(move |context: &GuardContext<'_>| {
            methods.contains(&context.head().method)
        }));
    }
    for (endpoint, _) in &group.endpoints {
        resource = resource.route((endpoint.route)().method(endpoint.method.clone()));
    }
    resource
}

async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}

async fn method_not_allowed(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let allow = request
        .app_data::<Matched>()
        .map(|matched| matched.allow(request.path()));
    Err(Problem::method_not_allowed(allow.unwrap_or_default()))
}
