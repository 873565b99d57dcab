//! The REST API: endpoint table, handlers, problem details.
