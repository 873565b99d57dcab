//! The operator at the server's own machine, while servers run: none of this is served.

use super::{Admin, Administrator};
use crate::core::Core;
use crate::{Refusal, Seams, Services, Settings, StartError};
use oneclaw_domain::OrgId;
use std::sync::Arc;

/// What an operator does to an installation. Each act leaves an event that names the user of the
/// operating system.
pub struct Operator {
    services: Services,
    pub(super) core: Arc<Core>,
    pub(super) os_user: String,
}

impl Operator {
    /// Over the same seams as the services, which it starts without their workers.
    ///
    /// # Errors
    /// As [`Services::start`].
    pub async fn start(
        seams: Seams,
        settings: Settings,
        os_user: String,
    ) -> Result<Self, StartError> {
        let settings = Settings {
            mail_worker: false,
            rotation_worker: false,
            ..settings
        };
        let services = Services::start(seams, settings).await?;
        Ok(Self {
            core: services.core(),
            services,
            os_user,
        })
    }

    /// What administrators do.
    pub const fn admin(&self) -> &Admin {
        &self.services.admin
    }

    /// The operator as one of them.
    ///
    /// # Errors
    /// There is no account yet, and so no platform organization to act for.
    pub async fn administrator(&self) -> Result<Administrator<'_>, Refusal> {
        let platform = self.platform().await?;
        let nobody = Refusal::Conflict("There is no account yet: make the first one");
        Ok(Administrator::operator(
            platform.ok_or(nobody)?,
            &self.os_user,
        ))
    }

    /// The organization that runs the installation; `None` = there is none yet.
    pub(super) async fn platform(&self) -> Result<Option<OrgId>, Refusal> {
        let mut reader = self.core.seams.store.read().await?;
        Ok(reader.installation().platform().await?)
    }

    /// Lets what is under way finish.
    pub async fn close(&self) {
        self.services.close().await;
    }
}
