//! Agents that ask to be registered.

use crate::error::corrupt;
use crate::query::{execute, fetch, find};
use crate::schema::{enrollments, installation};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    AgentId, AgentName, Description, Email, Enrollment, EnrollmentId, EnrollmentState, Timestamp,
};
use oneclaw_policy::{Access, DecideEnrollment, EnrollAgent};
use oneclaw_storage::{NewEnrollment, ReadEnrollments, StorageError, WriteEnrollments};

/// A request without its tokens' hashes and the sealed key.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = enrollments, check_for_backend(Pg, Sqlite))]
struct EnrollmentRow {
    id: StoredId,
    name: String,
    description: String,
    human_email: Option<String>,
    public_key: Option<Vec<u8>>,
    state: String,
    org_id: Option<StoredId>,
    agent_id: Option<StoredId>,
    created_at: StoredTime,
    expires_at: StoredTime,
}

impl From<&Enrollment> for EnrollmentRow {
    fn from(enrollment: &Enrollment) -> Self {
        let email = enrollment.human_email.as_ref();
        Self {
            id: enrollment.id.into(),
            name: enrollment.name.as_str().to_owned(),
            description: enrollment.description.as_str().to_owned(),
            human_email: email.map(|email| email.as_str().to_owned()),
            public_key: enrollment.public_key.map(|key| key.to_vec()),
            state: enrollment.state.as_str().to_owned(),
            org_id: enrollment.org.map(Into::into),
            agent_id: enrollment.agent.map(Into::into),
            created_at: enrollment.created_at.into(),
            expires_at: enrollment.expires_at.into(),
        }
    }
}

impl EnrollmentRow {
    fn parse(self) -> Result<Enrollment, StorageError> {
        Ok(Enrollment {
            id: self.id.into(),
            name: AgentName::parse(&self.name).map_err(|_| corrupt("enrollments.name"))?,
            description: Description::parse(&self.description)
                .map_err(|_| corrupt("enrollments.description"))?,
            human_email: self
                .human_email
                .map(|email| Email::parse(&email))
                .transpose()
                .map_err(|_| corrupt("enrollments.human_email"))?,
            public_key: self
                .public_key
                .map(TryInto::try_into)
                .transpose()
                .map_err(|_| corrupt("enrollments.public_key"))?,
            state: EnrollmentState::parse(&self.state).map_err(|_| corrupt("enrollments.state"))?,
            org: self.org_id.map(Into::into),
            agent: self.agent_id.map(Into::into),
            created_at: self.created_at.into(),
            expires_at: self.expires_at.into(),
        })
    }
}

#[async_trait]
impl ReadEnrollments for Session {
    async fn find_by_poll(
        &mut self,
        enrollment: EnrollmentId,
        poll_hash: &[u8; 32],
    ) -> Result<Option<(Enrollment, Option<Vec<u8>>)>, StorageError> {
        let row: Option<(EnrollmentRow, Option<Vec<u8>>)> = find!(
            self,
            "enrollments",
            enrollments::table
                .filter(enrollments::id.eq(StoredId::from(enrollment)))
                .filter(enrollments::poll_hash.eq(poll_hash.as_slice()))
                .select((EnrollmentRow::as_select(), enrollments::sealed_key))
        )?;
        row.map(|(row, sealed_key)| Ok((row.parse()?, sealed_key)))
            .transpose()
    }
}

#[async_trait]
impl WriteEnrollments for Session {
    async fn insert(
        &mut self,
        _access: &Access<EnrollAgent>,
        new: &NewEnrollment,
    ) -> Result<(), StorageError> {
        let row = EnrollmentRow::from(&new.enrollment);
        let hashes = (
            enrollments::link_hash.eq(new.link_hash.as_slice()),
            enrollments::poll_hash.eq(new.poll_hash.as_ref().map(<[u8; 32]>::as_slice)),
        );
        execute!(
            self,
            "enrollments",
            diesel::insert_into(enrollments::table).values((&row, hashes))
        )?;
        Ok(())
    }

    async fn count_waiting(
        &mut self,
        names_somebody: bool,
        now: Timestamp,
    ) -> Result<i64, StorageError> {
        let _locked: Option<i16> = find!(
            self,
            "installation",
            installation::table.select(installation::id),
            for_update
        )?;
        fetch!(
            self,
            "enrollments",
            enrollments::table
                .filter(enrollments::human_email.is_not_null().eq(names_somebody))
                .filter(enrollments::state.eq(EnrollmentState::Pending.as_str()))
                .filter(enrollments::expires_at.gt(StoredTime::from(now)))
                .count()
        )
    }

    async fn lock_by_link(
        &mut self,
        link_hash: &[u8; 32],
    ) -> Result<Option<Enrollment>, StorageError> {
        let row: Option<EnrollmentRow> = find!(
            self,
            "enrollments",
            enrollments::table
                .filter(enrollments::link_hash.eq(link_hash.as_slice()))
                .select(EnrollmentRow::as_select()),
            for_update
        )?;
        row.map(EnrollmentRow::parse).transpose()
    }

    async fn deny(
        &mut self,
        _access: &Access<DecideEnrollment>,
        enrollment: EnrollmentId,
    ) -> Result<(), StorageError> {
        // No organization took it in, so none is named.
        let pending = enrollments::table
            .filter(enrollments::id.eq(StoredId::from(enrollment)))
            .filter(enrollments::state.eq(EnrollmentState::Pending.as_str()));
        execute!(
            self,
            "enrollments",
            diesel::update(pending).set(enrollments::state.eq(EnrollmentState::Denied.as_str()))
        )?;
        Ok(())
    }

    async fn approve(
        &mut self,
        access: &Access<DecideEnrollment>,
        enrollment: EnrollmentId,
        agent: AgentId,
        sealed_key: Option<&[u8]>,
    ) -> Result<(), StorageError> {
        let pending = enrollments::table
            .filter(enrollments::id.eq(StoredId::from(enrollment)))
            .filter(enrollments::state.eq(EnrollmentState::Pending.as_str()));
        execute!(
            self,
            "enrollments",
            diesel::update(pending).set((
                enrollments::state.eq(EnrollmentState::Approved.as_str()),
                enrollments::org_id.eq(StoredId::from(access.on().org)),
                enrollments::agent_id.eq(StoredId::from(agent)),
                enrollments::sealed_key.eq(sealed_key),
            ))
        )?;
        Ok(())
    }

    async fn forget_key(
        &mut self,
        _access: &Access<EnrollAgent>,
        enrollment: EnrollmentId,
    ) -> Result<bool, StorageError> {
        let kept = enrollments::table
            .filter(enrollments::id.eq(StoredId::from(enrollment)))
            .filter(enrollments::sealed_key.is_not_null());
        let forgotten = execute!(
            self,
            "enrollments",
            diesel::update(kept).set(enrollments::sealed_key.eq(None::<&[u8]>))
        )?;
        Ok(forgotten == 1)
    }
}
