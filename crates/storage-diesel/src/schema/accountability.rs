//! The tables of audit chains, usage, plans and credits, and of the installation's settings.

diesel::table! {
    use crate::types::sql::Id;
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    audit_chains (chain) {
        chain -> Id,
        length -> BigInt,
        last_event_id -> Nullable<Id>,
        last_hash -> Binary,
        pruned -> BigInt,
        pruned_hash -> Binary,
        pruned_event_id -> Nullable<Id>,
        key_id -> Text,
        mac -> Binary,
    }
}

diesel::table! {
    use crate::types::sql::Moment;
    use diesel::sql_types::{Binary, Text};

    audit_keys (id) {
        id -> Text,
        master_key -> Binary,
        wrapped -> Binary,
        starts_at -> Moment,
        adopts_until -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::Id;
    use diesel::sql_types::BigInt;

    usage_months (org_id, month) {
        org_id -> Id,
        month -> BigInt,
        requests -> BigInt,
        paid -> BigInt,
        cost -> BigInt,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};

    usage_events (seq) {
        seq -> BigInt,
        id -> Id,
        org_id -> Id,
        principal_type -> Text,
        principal_id -> Text,
        method -> Text,
        endpoint -> Text,
        status -> BigInt,
        priced -> Nullable<Text>,
        price -> BigInt,
        is_paid -> Bool,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::Id;
    use diesel::sql_types::BigInt;

    credit_accounts (org_id) {
        org_id -> Id,
        balance -> BigInt,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::BigInt;

    credit_lots (id) {
        id -> Id,
        org_id -> Id,
        granted -> BigInt,
        remaining -> BigInt,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Text};

    credit_entries (seq) {
        seq -> BigInt,
        id -> Id,
        org_id -> Id,
        kind -> Text,
        amount -> BigInt,
        balance -> BigInt,
        description -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::Moment;
    use diesel::sql_types::Text;

    payment_events (id) {
        id -> Text,
        handled_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Nullable, Text};

    installation_settings (key) {
        key -> Text,
        value -> Text,
        updated_by -> Nullable<Id>,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};

    // SQLite's own: the last number that each table gave a row.
    sqlite_sequence (name) {
        name -> Text,
        seq -> BigInt,
    }
}
