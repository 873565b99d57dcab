//! Endpoints that share a path.

use super::meter::Meter;
use super::{Endpoint, Place};

/// What stands for a secret's path in a template.
const TAIL: &str = "{path}";

/// The endpoints of one path, one per method.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) place: Place,
    pub(crate) path: &'static str,
    pub(crate) endpoints: Vec<(&'static Endpoint, Meter)>,
}

impl Group {
    /// The part before a secret's path and the part behind it, if the template has one.
    pub(crate) fn around_tail(&self) -> Option<(&'static str, &'static str)> {
        self.path.split_once(TAIL)
    }

    /// Whether a path of this group could also be a secret's path in the other.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        match (self.around_tail(), other.around_tail()) {
            (Some((before, behind)), Some(around)) => {
                self.place == other.place && !behind.is_empty() && around == (before, "")
            }
            _ => false,
        }
    }

    /// The template as the router wants it: only `{path}` spans segments.
    pub(crate) fn pattern(&self) -> String {
        self.path.replace(TAIL, "{path:.+}")
    }

    /// `GET, PUT`, for `Allow`.
    pub(crate) fn allow(&self) -> String {
        let methods = self.endpoints.iter().map(|(row, _)| row.method.as_str());
        methods.collect::<Vec<_>>().join(", ")
    }

    /// Order of matching: literal paths, then those that go on behind a secret's path, then the
    /// rest, so that what is more particular comes first.
    fn rank(&self) -> u8 {
        match self.around_tail() {
            Some((_, "")) => 2,
            Some(_) => 1,
            None if self.path.contains('{') => 2,
            None => 0,
        }
    }
}

/// The table by path, in the order of matching.
pub(crate) fn groups(table: &[&'static [Endpoint]]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for endpoint in table.iter().flat_map(|rows| rows.iter()) {
        let same =
            |group: &&mut Group| (group.place, group.path) == (endpoint.place, endpoint.path);
        let row = (endpoint, Meter::of(endpoint));
        match groups.iter_mut().find(same) {
            Some(group) => group.endpoints.push(row),
            None => groups.push(Group {
                place: endpoint.place,
                path: endpoint.path,
                endpoints: vec![row],
            }),
        }
    }
    groups.sort_by_key(Group::rank);
    groups
}
