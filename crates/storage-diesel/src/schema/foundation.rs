//! The tables of accounts, secrets, the journal and what keeps the installation going.

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, SmallInt};

    installation (id) {
        id -> SmallInt,
        master_key -> Nullable<Binary>,
    }
}

diesel::table! {
    use crate::types::sql::Moment;
    use diesel::sql_types::{Binary, Nullable, Text};

    installation_keys (id) {
        id -> Text,
        purpose -> Text,
        master_key -> Binary,
        wrapped -> Binary,
        public_key -> Nullable<Binary>,
        created_at -> Moment,
        retires_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};

    orgs (id) {
        id -> Id,
        name -> Text,
        tier -> Text,
        is_platform -> Bool,
        authz_epoch -> BigInt,
        created_at -> Moment,
        plan -> Nullable<Text>,
        plan_ends_at -> Nullable<Moment>,
        plan_is_yearly -> Nullable<Bool>,
        plan_status -> Nullable<Text>,
        plan_cancels -> Bool,
        plan_subscription -> Nullable<Text>,
        plan_said_at -> Nullable<Moment>,
        subscription_state -> Nullable<Text>,
        payment_customer -> Nullable<Text>,
        request_limit -> Nullable<BigInt>,
        is_sponsored -> Bool,
        overage_method -> Text,
    }
}

diesel::table! {
    use crate::types::sql::Id;
    use diesel::sql_types::BigInt;

    org_usage (org_id) {
        org_id -> Id,
        vaults -> BigInt,
        secrets -> BigInt,
        agents -> BigInt,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Bool, Nullable, Text};

    users (id) {
        id -> Id,
        org_id -> Id,
        email -> Text,
        display_name -> Text,
        auth_method -> Text,
        role -> Text,
        email_verified -> Bool,
        marketing_emails -> Bool,
        password_hash -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::Binary;

    login_addresses (user_id, address) {
        org_id -> Id,
        user_id -> Id,
        address -> Binary,
        last_seen_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Document, Id, Moment};
    use diesel::sql_types::{Binary, Nullable, Text};

    api_keys (id) {
        id -> Id,
        org_id -> Id,
        user_id -> Id,
        name -> Text,
        prefix -> Text,
        key_hash -> Binary,
        scopes -> Document,
        created_at -> Moment,
        expires_at -> Nullable<Moment>,
        last_used_at -> Nullable<Moment>,
        revoked_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Bool, Nullable, Text};

    sessions (id) {
        id -> Id,
        org_id -> Id,
        user_id -> Id,
        method -> Text,
        api_key_id -> Nullable<Id>,
        auth_time -> Moment,
        expires_at -> Moment,
        revoked_at -> Nullable<Moment>,
        logged_out_at -> Nullable<Moment>,
        second_factor -> Bool,
        by_device -> Bool,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};

    revoked_tokens (token_id) {
        token_id -> Id,
        org_id -> Id,
        session_id -> Id,
        expires_at -> Moment,
        revoked_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Binary, Nullable};

    refresh_tokens (token_hash) {
        token_hash -> Binary,
        org_id -> Id,
        session_id -> Id,
        expires_at -> Moment,
        spent_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Binary, Bool, Nullable, Text};

    vaults (id) {
        id -> Id,
        org_id -> Id,
        name -> Text,
        description -> Text,
        created_by -> Text,
        created_at -> Moment,
        kek -> Binary,
        kek_master_key -> Binary,
        is_system -> Bool,
        cmek_fingerprint -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Nullable, Text};

    secrets (id) {
        id -> Id,
        org_id -> Id,
        vault_id -> Id,
        path -> Text,
        latest_version -> BigInt,
        created_at -> Moment,
        deleted_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Document, Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};

    secret_versions (id) {
        id -> Id,
        org_id -> Id,
        vault_id -> Id,
        secret_id -> Id,
        number -> BigInt,
        secret_type -> Text,
        metadata -> Document,
        rotation_policy -> Nullable<Document>,
        envelope -> Binary,
        created_by -> Text,
        created_at -> Moment,
        expires_at -> Nullable<Moment>,
        max_access_count -> Nullable<BigInt>,
        access_count -> BigInt,
        disabled -> Bool,
        deleted -> Bool,
        cmek_fingerprint -> Nullable<Text>,
        spent_since -> Nullable<Moment>,
        is_emptied -> Bool,
    }
}

diesel::table! {
    use crate::types::sql::{Document, Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    audit_events (seq) {
        seq -> BigInt,
        id -> Id,
        org_id -> Nullable<Id>,
        action -> Text,
        actor_type -> Text,
        actor_id -> Text,
        resource_type -> Text,
        resource_id -> Text,
        details -> Document,
        outcome -> Text,
        ip_address -> Nullable<Text>,
        request_id -> Text,
        created_at -> Moment,
        prev_event_id -> Nullable<Id>,
        integrity_hash -> Nullable<Binary>,
        chain_position -> Nullable<BigInt>,
        chain_key -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::sql::Moment;
    use diesel::sql_types::{BigInt, Binary};

    attempts (attempt_key) {
        attempt_key -> Binary,
        tries -> BigInt,
        window_ends_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};

    mail_outbox (id) {
        id -> Id,
        kind -> Text,
        state -> Text,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<Id>,
        recipient -> Nullable<Binary>,
        sealed -> Nullable<Binary>,
        attempts -> BigInt,
        holder -> Nullable<Id>,
        created_at -> Moment,
        due_at -> Moment,
        not_after -> Nullable<Moment>,
        finished_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::Text;

    leases (name) {
        name -> Text,
        holder -> Id,
        expires_at -> Moment,
    }
}
