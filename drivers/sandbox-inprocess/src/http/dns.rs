//! From a URL to addresses.

use std::{fmt, io, net::IpAddr};

use futures_util::{FutureExt, future::BoxFuture};
use reqwest::Url;

/// Finds the addresses of a name.
pub trait Resolve: Send + Sync + fmt::Debug {
    /// The addresses of `host`, preferred ones first. They are checked before they are used.
    ///
    /// # Errors
    /// When the name cannot be resolved now.
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Resolves as the operating system does.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Target {
    /// As the URL names it, normalised; an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// When the host is an address.
    pub(crate) address: Option<IpAddr>,
}

// === impl SystemResolver ===

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect()) }.boxed()
    }
}

// === impl Target ===

impl Target {
    /// The target of a URL that was checked: it has a host, and a scheme with a port.
    pub(crate) fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        // The URL standard has turned every other spelling of an address (decimal, octal, short) into this one.
        let address = host.parse().ok();
        Self { host: host.to_owned(), port: url.port_or_known_default().unwrap_or_default(), address }
    }
}
