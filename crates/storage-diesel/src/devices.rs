//! Devices that ask to be logged in.

use crate::error::corrupt;
use crate::query::{execute, fetch, find};
use crate::schema::device_grants;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{DeviceClient, DeviceGrant, DeviceGrantId, DeviceState, Email, Timestamp};
use oneclaw_policy::{Access, ApproveDevice, DenyDevice, InAccount, LogIn, RequestDevice};
use oneclaw_storage::{NewDeviceGrant, ReadDevices, StorageError, WriteDevices};

/// A question without its codes' hashes.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = device_grants, check_for_backend(Pg, Sqlite))]
struct GrantRow {
    id: StoredId,
    client: String,
    email: Option<String>,
    requested_from: Option<String>,
    state: String,
    org_id: Option<StoredId>,
    user_id: Option<StoredId>,
    poll_interval: i64,
    polled_at: Option<StoredTime>,
    created_at: StoredTime,
    expires_at: StoredTime,
}

impl From<&DeviceGrant> for GrantRow {
    fn from(grant: &DeviceGrant) -> Self {
        let (org, user) = grant.approved_by.unzip();
        Self {
            id: grant.id.into(),
            client: grant.client.as_str().to_owned(),
            email: grant.email.as_ref().map(|email| email.as_str().to_owned()),
            requested_from: grant.requested_from.map(|from| from.to_string()),
            state: grant.state.as_str().to_owned(),
            org_id: org.map(Into::into),
            user_id: user.map(Into::into),
            poll_interval: grant.interval,
            polled_at: grant.polled_at.map(Into::into),
            created_at: grant.created_at.into(),
            expires_at: grant.expires_at.into(),
        }
    }
}

impl GrantRow {
    fn parse(self) -> Result<DeviceGrant, StorageError> {
        let email = self.email.as_deref().map(Email::parse).transpose();
        let from = self.requested_from.as_deref().map(str::parse).transpose();
        Ok(DeviceGrant {
            id: self.id.into(),
            client: DeviceClient::parse(&self.client)
                .map_err(|_| corrupt("device_grants.client"))?,
            email: email.map_err(|_| corrupt("device_grants.email"))?,
            requested_from: from.map_err(|_| corrupt("device_grants.requested_from"))?,
            state: DeviceState::parse(&self.state).map_err(|_| corrupt("device_grants.state"))?,
            approved_by: self
                .org_id
                .map(Into::into)
                .zip(self.user_id.map(Into::into)),
            interval: self.poll_interval,
            polled_at: self.polled_at.map(Into::into),
            created_at: self.created_at.into(),
            expires_at: self.expires_at.into(),
        })
    }
}

/// The question with this hash in one of its columns.
macro_rules! question {
    ($column:ident, $hash:expr) => {
        device_grants::table
            .filter(device_grants::$column.eq($hash.as_slice()))
            .select(GrantRow::as_select())
    };
}

/// The one question with an id, if it is in this state.
macro_rules! in_state {
    ($grant:expr, $state:expr) => {
        device_grants::table
            .filter(device_grants::id.eq(StoredId::from($grant)))
            .filter(device_grants::state.eq(DeviceState::as_str($state)))
    };
}

#[async_trait]
impl ReadDevices for Session {
    async fn find_by_user_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError> {
        let row: Option<GrantRow> = find!(self, "device_grants", question!(user_code_hash, hash))?;
        row.map(GrantRow::parse).transpose()
    }

    async fn find_by_device_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError> {
        let row: Option<GrantRow> = find!(self, "device_grants", question!(device_hash, hash))?;
        row.map(GrantRow::parse).transpose()
    }

    async fn count_waiting(&mut self, now: Timestamp) -> Result<i64, StorageError> {
        fetch!(
            self,
            "device_grants",
            device_grants::table
                .filter(device_grants::state.eq(DeviceState::Pending.as_str()))
                .filter(device_grants::expires_at.gt(StoredTime(now)))
                .count()
        )
    }
}

#[async_trait]
impl WriteDevices for Session {
    async fn insert(
        &mut self,
        _access: &Access<RequestDevice>,
        new: &NewDeviceGrant,
    ) -> Result<(), StorageError> {
        let row = GrantRow::from(&new.grant);
        execute!(
            self,
            "device_grants",
            diesel::insert_into(device_grants::table).values((
                &row,
                device_grants::device_hash.eq(new.device_hash.as_slice()),
                device_grants::user_code_hash.eq(new.user_code_hash.as_slice()),
            ))
        )?;
        Ok(())
    }

    async fn lock_by_user_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError> {
        let row: Option<GrantRow> = find!(
            self,
            "device_grants",
            question!(user_code_hash, hash),
            for_update
        )?;
        row.map(GrantRow::parse).transpose()
    }

    async fn lock_by_device_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError> {
        let row: Option<GrantRow> = find!(
            self,
            "device_grants",
            question!(device_hash, hash),
            for_update
        )?;
        row.map(GrantRow::parse).transpose()
    }

    async fn approve(
        &mut self,
        access: &Access<ApproveDevice>,
        grant: DeviceGrantId,
    ) -> Result<(), StorageError> {
        let on = access.on();
        execute!(
            self,
            "device_grants",
            diesel::update(in_state!(grant, DeviceState::Pending)).set((
                device_grants::state.eq(DeviceState::Approved.as_str()),
                device_grants::org_id.eq(Some(StoredId::from(on.org))),
                device_grants::user_id.eq(Some(StoredId::from(on.user))),
            ))
        )?;
        Ok(())
    }

    async fn deny(
        &mut self,
        _access: &Access<DenyDevice>,
        grant: DeviceGrantId,
    ) -> Result<(), StorageError> {
        execute!(
            self,
            "device_grants",
            diesel::update(in_state!(grant, DeviceState::Pending))
                .set(device_grants::state.eq(DeviceState::Denied.as_str()))
        )?;
        Ok(())
    }

    async fn note_poll(
        &mut self,
        _access: &Access<RequestDevice>,
        grant: DeviceGrantId,
        at: Timestamp,
        interval: i64,
    ) -> Result<(), StorageError> {
        let one = device_grants::table.filter(device_grants::id.eq(StoredId::from(grant)));
        execute!(
            self,
            "device_grants",
            diesel::update(one).set((
                device_grants::polled_at.eq(Some(StoredTime(at))),
                device_grants::poll_interval.eq(interval),
            ))
        )?;
        Ok(())
    }

    async fn redeem(
        &mut self,
        access: &Access<LogIn>,
        grant: DeviceGrantId,
    ) -> Result<bool, StorageError> {
        let on = access.on();
        let own = in_state!(grant, DeviceState::Approved)
            .filter(device_grants::org_id.eq(StoredId::from(on.org)))
            .filter(device_grants::user_id.eq(StoredId::from(on.user)));
        let redeemed = execute!(
            self,
            "device_grants",
            diesel::update(own).set(device_grants::state.eq(DeviceState::Redeemed.as_str()))
        )?;
        Ok(redeemed == 1)
    }

    async fn take_back(&mut self, account: InAccount) -> Result<u64, StorageError> {
        let approved = device_grants::table
            .filter(device_grants::org_id.eq(StoredId::from(account.org())))
            .filter(device_grants::user_id.eq(StoredId::from(account.user())))
            .filter(device_grants::state.eq(DeviceState::Approved.as_str()));
        let taken = execute!(
            self,
            "device_grants",
            diesel::update(approved).set(device_grants::state.eq(DeviceState::Denied.as_str()))
        )?;
        Ok(taken as u64)
    }
}
