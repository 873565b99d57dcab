//! The application.

use super::Core;
use crate::endpoint::{Endpoint, mount};
use crate::metrics::Metrics;
use crate::middleware::Layer;
use crate::settings::HttpSettings;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, Error};
use oneclaw_domain::Ids;
use std::sync::Arc;

/// The API of a table of endpoints, ready to be served. Clones share everything.
#[derive(Clone)]
pub struct HttpApp(Arc<Core>);

impl HttpApp {
    /// Puts it together. The pages that need nothing but the table, the API's document and its
    /// browser, come by themselves.
    pub fn new(
        settings: HttpSettings,
        ids: Arc<dyn Ids>,
        metrics: Arc<Metrics>,
        table: &[&'static [Endpoint]],
    ) -> Self {
        Self(Arc::new(Core::new(settings, ids, metrics, table)))
    }

    /// Every endpoint, those of [`HttpApp::new`] and our own pages.
    pub fn endpoints(&self) -> impl Iterator<Item = &'static Endpoint> + '_ {
        self.0.table.iter().flat_map(|rows| rows.iter())
    }

    /// The same by noun, as [`crate::document`] takes it.
    pub fn tables(&self) -> Vec<&'static [Endpoint]> {
        self.0.table.clone()
    }

    /// What is chosen.
    pub fn settings(&self) -> &HttpSettings {
        &self.0.settings
    }

    /// The OpenAPI document, as it is served.
    pub fn document(&self) -> &[u8] {
        &self.0.document
    }

    /// What is counted.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.0.metrics
    }

    /// An actix application for one worker. `extend` adds what handlers take from it: services, as
    /// `Data`, and routes beside the table.
    pub fn app<F: FnOnce(&mut ServiceConfig)>(
        &self,
        extend: F,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            InitError = (),
        > + use<F>,
    > {
        let core = &self.0;
        App::new()
            .app_data(Data::from(Arc::clone(core)))
            .app_data(Arc::clone(&core.settings))
            .configure(extend)
            .configure(|config| mount(config, &core.groups, core.settings.api_alias))
            .wrap(Layer(Arc::clone(core)))
    }
}
