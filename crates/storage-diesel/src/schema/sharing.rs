//! The tables of shares and of customers' keys.

diesel::table! {
    use crate::types::sql::{Document, Id, Moment};
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};

    shares (id) {
        id -> Id,
        org_id -> Id,
        vault_id -> Id,
        secret_id -> Id,
        recipient_type -> Text,
        recipient -> Nullable<Text>,
        recipient_email -> Nullable<Text>,
        passphrase_hash -> Nullable<Text>,
        ip_allowlist -> Nullable<Document>,
        max_access_count -> Nullable<BigInt>,
        access_count -> BigInt,
        notifies -> Bool,
        names_maker -> Bool,
        created_by -> Text,
        created_at -> Moment,
        expires_at -> Moment,
        accepted_at -> Nullable<Moment>,
        declined_at -> Nullable<Moment>,
        revoked_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Nullable, Text};

    cmek_jobs (id) {
        id -> Id,
        org_id -> Id,
        vault_id -> Id,
        old_fingerprint -> Text,
        new_fingerprint -> Text,
        state -> Text,
        total -> BigInt,
        processed -> BigInt,
        failed -> BigInt,
        error -> Nullable<Text>,
        held_until -> Moment,
        created_at -> Moment,
        completed_at -> Nullable<Moment>,
    }
}
