//! The tables of how people get in: accounts that wait, proofs, second factors, devices, identities.

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Binary, Bool, Text};

    pending_signups (id) {
        id -> Id,
        email -> Text,
        token_hash -> Binary,
        display_name -> Text,
        password_hash -> Text,
        may_be_first -> Bool,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    account_proofs (token_hash) {
        token_hash -> Binary,
        kind -> Text,
        org_id -> Id,
        user_id -> Id,
        about -> Nullable<Text>,
        failures -> BigInt,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Bool};

    second_factors (user_id) {
        org_id -> Id,
        user_id -> Id,
        sealed -> Binary,
        is_on -> Bool,
        last_step -> BigInt,
        pending_until -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::Id;
    use diesel::sql_types::Binary;

    recovery_codes (code_hash) {
        code_hash -> Binary,
        org_id -> Id,
        user_id -> Id,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::Text;

    identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        org_id -> Id,
        user_id -> Id,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    device_grants (id) {
        id -> Id,
        device_hash -> Binary,
        user_code_hash -> Binary,
        client -> Text,
        email -> Nullable<Text>,
        requested_from -> Nullable<Text>,
        state -> Text,
        org_id -> Nullable<Id>,
        user_id -> Nullable<Id>,
        poll_interval -> BigInt,
        polled_at -> Nullable<Moment>,
        created_at -> Moment,
        expires_at -> Moment,
    }
}
