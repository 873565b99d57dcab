//! The tables of who may do what: agents, policies, invitations, requests, rules about addresses.

diesel::table! {
    use crate::types::sql::{Document, Id, Moment};
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};

    agents (id) {
        id -> Id,
        org_id -> Id,
        name -> Text,
        description -> Text,
        scopes -> Document,
        is_active -> Bool,
        intents_api_enabled -> Bool,
        shroud_enabled -> Bool,
        token_ttl -> Nullable<BigInt>,
        vault_ids -> Document,
        key_id -> Id,
        key_prefix -> Text,
        key_hash -> Binary,
        key_expires_at -> Nullable<Moment>,
        ssh_public_key -> Binary,
        ecdh_public_key -> Binary,
        environment -> Nullable<Text>,
        environment_locked -> Bool,
        env_auto_resolve -> Nullable<Bool>,
        extras -> Document,
        created_by -> Nullable<Id>,
        created_at -> Moment,
        expires_at -> Nullable<Moment>,
        last_active_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};

    revoked_agent_tokens (token_id) {
        token_id -> Id,
        org_id -> Id,
        agent_id -> Id,
        expires_at -> Moment,
        revoked_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Document, Id, Moment};
    use diesel::sql_types::{BigInt, Nullable, Text};

    policies (id) {
        id -> Id,
        org_id -> Id,
        vault_id -> Id,
        principal -> Text,
        pattern -> Text,
        permissions -> Document,
        effect -> Text,
        priority -> BigInt,
        conditions -> Document,
        attribute_conditions -> Document,
        tx_conditions -> Nullable<Document>,
        schema_version -> BigInt,
        expires_at -> Nullable<Moment>,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Binary, Bool, Text};

    invites (id) {
        id -> Id,
        org_id -> Id,
        email -> Text,
        role -> Text,
        token_hash -> Binary,
        mailed -> Bool,
        invited_by -> Id,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Nullable, Text};

    ip_rules (id) {
        id -> Id,
        org_id -> Id,
        rule_type -> Text,
        cidr -> Text,
        label -> Nullable<Text>,
        applies_to -> Text,
        created_by -> Nullable<Id>,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Moment};
    use diesel::sql_types::{Binary, Nullable, Text};

    enrollments (id) {
        id -> Id,
        name -> Text,
        description -> Text,
        human_email -> Nullable<Text>,
        public_key -> Nullable<Binary>,
        link_hash -> Binary,
        poll_hash -> Nullable<Binary>,
        state -> Text,
        org_id -> Nullable<Id>,
        agent_id -> Nullable<Id>,
        sealed_key -> Nullable<Binary>,
        created_at -> Moment,
        expires_at -> Moment,
    }
}
