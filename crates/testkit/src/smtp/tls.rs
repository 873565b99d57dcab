//! A certificate that nobody trusts, unless they are given it.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// A fresh key and its self-signed certificate for `localhost`.
pub(super) struct Identity {
    pub(super) acceptor: TlsAcceptor,
    /// The certificate in PEM.
    pub(super) certificate: String,
}

pub(super) fn identity() -> Identity {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()])
            .unwrap_or_else(|error| panic!("no certificate: {error}"));
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![cert.der().clone()], key.into())
        })
        .unwrap_or_else(|error| panic!("no TLS: {error}"));
    Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        certificate: cert.pem(),
    }
}
