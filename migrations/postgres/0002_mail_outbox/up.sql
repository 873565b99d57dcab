-- No foreign keys: what a mail was about may be gone before it. Once its mail is done with, a row says
-- neither to whom nor what it was.
CREATE TABLE mail_outbox (
    id uuid NOT NULL CONSTRAINT mail_outbox_id_key PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'parked', 'expired', 'cancelled')),
    subject_kind text,
    subject_id uuid,
    recipient bytea CHECK (octet_length(recipient) = 32),
    sealed bytea,
    attempts bigint NOT NULL CHECK (attempts >= 0),
    holder uuid,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    not_after timestamptz,
    finished_at timestamptz,
    CONSTRAINT mail_outbox_is_emptied CHECK (
        (state = 'waiting') = (sealed IS NOT NULL)
        AND (state = 'waiting') = (recipient IS NOT NULL)
        AND (state = 'waiting') = (finished_at IS NULL)
    )
);
CREATE INDEX mail_outbox_by_due ON mail_outbox (due_at, id) WHERE state = 'waiting';
CREATE INDEX mail_outbox_by_subject ON mail_outbox (subject_id) WHERE state = 'waiting';
CREATE INDEX mail_outbox_by_recipient ON mail_outbox (recipient) WHERE state = 'waiting';
CREATE INDEX mail_outbox_by_end ON mail_outbox (finished_at);
