//! Which row of the table a request met.

use super::Endpoint;
use super::group::Group;
use super::meter::Meter;
use actix_web::HttpRequest;
use actix_web::http::Method;

/// The row's path, for whoever handles or reports the request. Kept with the mounted resource.
#[derive(Clone, Debug)]
pub struct Matched {
    endpoints: Vec<(&'static Endpoint, Meter)>,
    allow: String,
    tail: Option<Tail>,
    within: Vec<Within>,
}

/// Where in a raw URL the secret's path lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    /// Slashes before it.
    pub(crate) slashes: usize,
    /// Segments behind it.
    pub(crate) behind: usize,
}

/// What takes more methods on some of the paths: where they end so, they could be either.
#[derive(Clone, Debug)]
struct Within {
    behind: &'static str,
    allow: String,
}

impl Matched {
    pub(super) fn new(prefix: &str, group: &Group, groups: &[Group]) -> Self {
        let slashes = |text: &str| text.bytes().filter(|b| *b == b'/').count();
        let tail = group.around_tail().map(|(before, behind)| Tail {
            slashes: slashes(prefix) + slashes(before),
            behind: slashes(behind),
        });
        Self {
            endpoints: group.endpoints.clone(),
            allow: group.allow(),
            tail,
            within: groups
                .iter()
                .filter(|other| other.is_within(group))
                .filter_map(|other| {
                    Some(Within {
                        behind: other.around_tail()?.1,
                        allow: other.allow(),
                    })
                })
                .collect(),
        }
    }

    /// The row of a method, if this path has it.
    pub fn endpoint(&self, method: &Method) -> Option<&'static Endpoint> {
        self.row(method).map(|(endpoint, _)| *endpoint)
    }

    fn row(&self, method: &Method) -> Option<&(&'static Endpoint, Meter)> {
        self.endpoints.iter().find(|(row, _)| row.method == *method)
    }

    /// The row that a request met.
    pub fn of(request: &HttpRequest) -> Option<&'static Endpoint> {
        request.app_data::<Self>()?.endpoint(request.method())
    }

    /// By what a request is metered, if it is.
    pub(crate) fn meter(request: &HttpRequest) -> Option<Meter> {
        let matched = request.app_data::<Self>()?;
        matched.row(request.method()).map(|(_, meter)| *meter)
    }

    pub(crate) fn tail(request: &HttpRequest) -> Option<Tail> {
        request.app_data::<Self>()?.tail
    }

    /// What a raw path takes, for `Allow`.
    pub(super) fn allow(&self, path: &str) -> String {
        let slashes = |text: &str| text.bytes().filter(|b| *b == b'/').count();
        let before = self.tail.map_or(0, |tail| tail.slashes);
        let more = self.within.iter().filter(|within| {
            path.ends_with(within.behind) && slashes(path) >= before + slashes(within.behind)
        });
        more.fold(self.allow.clone(), |allow, within| {
            format!("{allow}, {}", within.allow)
        })
    }
}
