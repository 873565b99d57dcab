//! What must hold besides a grant's pattern: where somebody asks from, when, and as what.

mod addresses;
mod attributes;
mod environments;
mod json;
mod set;
mod time_window;

pub use attributes::AttributeConditions;
pub use set::Conditions;
