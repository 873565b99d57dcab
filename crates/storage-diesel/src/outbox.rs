//! The outbox of mail.

use crate::error::corrupt;
use crate::query::{execute, load, run};
use crate::schema::{invites, mail_outbox};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{MailId, Timestamp};
use oneclaw_policy::InAccount;
use oneclaw_storage::{
    AttemptKey, Attempts, ClaimedMail, MailOutcome, MailSubject, NewMail, StorageError, WriteOutbox,
};
use uuid::Uuid;

const WAITING: &str = "waiting";
const CANCELLED: &str = "cancelled";

/// A mail that was claimed.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = mail_outbox, check_for_backend(Pg, Sqlite))]
struct ClaimedRow {
    id: StoredId,
    kind: String,
    sealed: Option<Vec<u8>>,
    attempts: i64,
    created_at: StoredTime,
    not_after: Option<StoredTime>,
}

impl ClaimedRow {
    fn parse(self) -> Result<ClaimedMail, StorageError> {
        Ok(ClaimedMail {
            id: self.id.into(),
            kind: self.kind,
            sealed: self.sealed.ok_or_else(|| corrupt("mail_outbox.sealed"))?,
            attempts: self.attempts,
            created_at: self.created_at.into(),
            not_after: self.not_after.map(Into::into),
        })
    }
}

/// What a row is changed to when its mail is done with: nothing stays of whom and what.
#[derive(AsChangeset)]
#[diesel(table_name = mail_outbox, treat_none_as_null = true)]
struct Emptied {
    state: &'static str,
    subject_kind: Option<String>,
    subject_id: Option<StoredId>,
    recipient: Option<Vec<u8>>,
    sealed: Option<Vec<u8>>,
    holder: Option<StoredId>,
    finished_at: Option<StoredTime>,
}

impl Emptied {
    fn into_state(state: &'static str, now: Timestamp) -> Self {
        Self {
            state,
            subject_kind: None,
            subject_id: None,
            recipient: None,
            sealed: None,
            holder: None,
            finished_at: Some(now.into()),
        }
    }
}

impl Session {
    /// Claims what is due. Rows that somebody else is claiming at this moment are passed over, so
    /// that instances never wait for each other here.
    pub(crate) async fn claim_due_mail(
        &mut self,
        many: i64,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ClaimedMail>, StorageError> {
        let due = mail_outbox::table
            .filter(mail_outbox::state.eq(WAITING))
            .filter(mail_outbox::due_at.le(StoredTime(now)))
            .order((mail_outbox::due_at, mail_outbox::id))
            .limit(many)
            .select(mail_outbox::id);
        let found = run!(self, get_results, due, due.for_update().skip_locked());
        let found: Vec<StoredId> = self.settle("mail_outbox", found)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let claimed = mail_outbox::table.filter(mail_outbox::id.eq_any(found));
        let set = (
            mail_outbox::holder.eq(StoredId(holder)),
            mail_outbox::due_at.eq(StoredTime(until)),
            mail_outbox::attempts.eq(mail_outbox::attempts + 1),
        );
        let rows: Vec<ClaimedRow> = load!(
            self,
            "mail_outbox",
            diesel::update(claimed)
                .set(set)
                .returning(ClaimedRow::as_returning())
        )?;
        let mut mails = rows
            .into_iter()
            .map(ClaimedRow::parse)
            .collect::<Result<Vec<_>, _>>()?;
        mails.sort_by_key(|mail| (mail.created_at, mail.id));
        Ok(mails)
    }

    /// Says what became of a claimed mail, if it is still this holder's.
    pub(crate) async fn settle_claimed_mail(
        &mut self,
        mail: MailId,
        holder: Uuid,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let own = mail_outbox::table
            .filter(mail_outbox::id.eq(StoredId::from(mail)))
            .filter(mail_outbox::state.eq(WAITING))
            .filter(mail_outbox::holder.eq(StoredId(holder)));
        let state = match outcome {
            MailOutcome::Sent => "sent",
            MailOutcome::Parked => "parked",
            MailOutcome::Expired => "expired",
            MailOutcome::Later(due_at) => {
                let set = (
                    mail_outbox::holder.eq(None::<StoredId>),
                    mail_outbox::due_at.eq(StoredTime(due_at)),
                );
                return Ok(execute!(self, "mail_outbox", diesel::update(own).set(set))? == 1);
            }
        };
        let set = Emptied::into_state(state, now);
        Ok(execute!(self, "mail_outbox", diesel::update(own).set(&set))? == 1)
    }
}

#[async_trait]
impl WriteOutbox for Session {
    async fn count_mail(
        &mut self,
        key: AttemptKey,
        now: Timestamp,
        tries: i64,
        window_seconds: i64,
    ) -> Result<Attempts, StorageError> {
        self.count_try(key, now, tries, window_seconds).await
    }

    async fn enqueue(&mut self, mail: &NewMail) -> Result<(), StorageError> {
        let at = StoredTime(mail.created_at);
        execute!(
            self,
            "mail_outbox",
            diesel::insert_into(mail_outbox::table).values((
                mail_outbox::id.eq(StoredId::from(mail.id)),
                mail_outbox::kind.eq(mail.kind),
                mail_outbox::state.eq(WAITING),
                mail_outbox::subject_kind.eq(mail.about.map(MailSubject::kind)),
                mail_outbox::subject_id.eq(mail.about.map(|about| StoredId(about.id()))),
                mail_outbox::recipient.eq(Some(mail.recipient.as_slice())),
                mail_outbox::sealed.eq(Some(mail.sealed.as_slice())),
                mail_outbox::attempts.eq(0),
                mail_outbox::created_at.eq(at),
                mail_outbox::due_at.eq(at),
                mail_outbox::not_after.eq(mail.not_after.map(StoredTime)),
            ))
        )?;
        Ok(())
    }

    async fn cancel(&mut self, about: MailSubject, now: Timestamp) -> Result<u64, StorageError> {
        let waiting = mail_outbox::table
            .filter(mail_outbox::state.eq(WAITING))
            .filter(mail_outbox::subject_id.eq(StoredId(about.id())))
            .filter(mail_outbox::subject_kind.eq(about.kind()));
        let set = Emptied::into_state(CANCELLED, now);
        Ok(execute!(self, "mail_outbox", diesel::update(waiting).set(&set))? as u64)
    }

    async fn cancel_invitations_of(
        &mut self,
        account: InAccount,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let (org, user) = (
            StoredId::from(account.org()),
            StoredId::from(account.user()),
        );
        let invitations = invites::table
            .filter(invites::org_id.eq(org))
            .filter(invites::invited_by.eq(user))
            .select(invites::id.nullable());
        let waiting = mail_outbox::table
            .filter(mail_outbox::state.eq(WAITING))
            .filter(mail_outbox::subject_id.eq_any(invitations))
            .filter(mail_outbox::subject_kind.eq(MailSubject::Invite(Uuid::nil()).kind()));
        let set = Emptied::into_state(CANCELLED, now);
        Ok(execute!(self, "mail_outbox", diesel::update(waiting).set(&set))? as u64)
    }

    async fn cancel_for(
        &mut self,
        recipient: &[u8; 32],
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let waiting = mail_outbox::table
            .filter(mail_outbox::state.eq(WAITING))
            .filter(mail_outbox::recipient.eq(recipient.as_slice()))
            .filter(mail_outbox::subject_id.is_not_null());
        let set = Emptied::into_state(CANCELLED, now);
        Ok(execute!(self, "mail_outbox", diesel::update(waiting).set(&set))? as u64)
    }
}
