//! What a handler's annotation says, taken by the table.

use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};

/// What an annotated handler says of itself.
pub struct Documentation {
    /// The path that it claims, whole.
    pub path: String,
    /// The methods that it claims.
    pub methods: Vec<HttpMethod>,
    /// Its words.
    pub operation: Operation,
    /// The schemas that those words refer to.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

/// The documentation of the handler whose annotation made `P`.
pub fn documented<P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>>() -> Documentation {
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    let mut operation = P::operation();
    operation.tags = Some(P::tags().into_iter().map(ToOwned::to_owned).collect());
    Documentation {
        path: P::path(),
        methods: P::methods(),
        operation,
        schemas,
    }
}
