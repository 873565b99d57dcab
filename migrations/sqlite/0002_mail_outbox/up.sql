-- No foreign keys: what a mail was about may be gone before it. Once its mail is done with, a row says
-- neither to whom nor what it was.
CREATE TABLE mail_outbox (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'parked', 'expired', 'cancelled')),
    subject_kind TEXT,
    subject_id BLOB,
    recipient BLOB CHECK (length(recipient) = 32),
    sealed BLOB,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    holder BLOB,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    not_after INTEGER,
    finished_at INTEGER,
    CONSTRAINT mail_outbox_is_emptied CHECK (
        (state = 'waiting') = (sealed IS NOT NULL)
        AND (state = 'waiting') = (recipient IS NOT NULL)
        AND (state = 'waiting') = (finished_at IS NULL)
    )
) STRICT;
CREATE INDEX mail_outbox_by_due ON mail_outbox (due_at, id) WHERE state = 'waiting';
CREATE INDEX mail_outbox_by_subject ON mail_outbox (subject_id) WHERE state = 'waiting';
CREATE INDEX mail_outbox_by_recipient ON mail_outbox (recipient) WHERE state = 'waiting';
CREATE INDEX mail_outbox_by_end ON mail_outbox (finished_at);
