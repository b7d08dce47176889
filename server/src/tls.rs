//! TLS of outgoing requests: aws-lc-rs is the only cryptographic provider.
//!
//! The HTTP library is built without a provider and panics when a client is built before one is
//! installed. So every client is built from here.

use reqwest::ClientBuilder;

/// Makes aws-lc-rs the provider of this process. Later calls change nothing.
pub fn install_provider() {
    // It fails only when a provider is installed already, and there is only this one.
    let _installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// A client for servers on the internet: it trusts the certificate authorities of the system.
/// Building it fails where the system has none.
pub fn http_client() -> ClientBuilder {
    install_provider();
    reqwest::Client::builder()
}

/// A client for this machine. It trusts no certificate authority, so TLS does not work with it,
/// and it can be built where the system has none.
pub fn local_http_client() -> ClientBuilder {
    http_client().tls_certs_only([])
}
