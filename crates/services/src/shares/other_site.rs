//! The page of another site made somebody's browser ask for a share.

use super::sought::event_of;
use super::{ReadShareCommand, Shares};
use crate::Refusal;
use crate::auth::Admitted;
use oneclaw_domain::{AuditRequest, ShareId};
use std::convert::Infallible;

impl Shares {
    /// Records that another site's page asked, and gives the refusal: nobody is to spend a share
    /// by looking at a page, or to lend it their address. What the share is, is not looked at.
    pub async fn refuse_other_site(
        &self,
        _admitted: Admitted,
        share: Option<ShareId>,
        request: &AuditRequest,
    ) -> Refusal {
        let passphrase = None;
        let event = event_of(&self.core, &ReadShareCommand { share, passphrase }, request);
        let refused = Err::<Infallible, _>(Refusal::OtherSite.into());
        match self.core.settle(event, refused).await {
            Ok(never) => match never {},
            Err(refusal) => refusal,
        }
    }
}
