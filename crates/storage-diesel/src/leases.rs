//! Leases: who of many instances does what only one may do.

use crate::query::execute;
use crate::schema::leases;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::Timestamp;
use oneclaw_storage::StorageError;
use uuid::Uuid;

impl Session {
    /// Takes a lease that is free, over or already `holder`'s.
    pub(crate) async fn take_lease(
        &mut self,
        name: &str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        let (holder, now, until) = (StoredId(holder), StoredTime(now), StoredTime(until));
        let inserted = execute!(
            self,
            "leases",
            diesel::insert_into(leases::table)
                .values((
                    leases::name.eq(name),
                    leases::holder.eq(holder),
                    leases::expires_at.eq(until)
                ))
                .on_conflict(leases::name)
                .do_nothing()
        )?;
        if inserted == 1 {
            return Ok(true);
        }
        let free = leases::table
            .filter(leases::name.eq(name))
            .filter(leases::expires_at.le(now).or(leases::holder.eq(holder)));
        let set = (leases::holder.eq(holder), leases::expires_at.eq(until));
        Ok(execute!(self, "leases", diesel::update(free).set(set))? == 1)
    }

    /// Writes something that means nothing, to see whether that is possible.
    pub(crate) async fn touch(&mut self) -> Result<(), StorageError> {
        let over = StoredTime(Timestamp::from_millis(0));
        execute!(
            self,
            "leases",
            diesel::insert_into(leases::table)
                .values((
                    leases::name.eq("ping"),
                    leases::holder.eq(StoredId(Uuid::nil())),
                    leases::expires_at.eq(over),
                ))
                .on_conflict(leases::name)
                .do_update()
                .set(leases::expires_at.eq(over))
        )?;
        Ok(())
    }

    /// Gives a lease back.
    pub(crate) async fn drop_lease(
        &mut self,
        name: &str,
        holder: Uuid,
    ) -> Result<(), StorageError> {
        let own = leases::table
            .filter(leases::name.eq(name))
            .filter(leases::holder.eq(StoredId(holder)));
        execute!(self, "leases", diesel::delete(own))?;
        Ok(())
    }
}
