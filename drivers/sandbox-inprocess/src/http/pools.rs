//! Connections, kept so that a reused one always leads where this attempt may go.
//!
//! All public addresses share one client: whoever may name a host may reach any public address behind it. It resolves
//! names where it connects and drops every address that is not public, so a name that changes its mind between a check
//! and a connection opens nothing. An address that is not public gets a client of its own for the host and exactly the
//! addresses that were checked; it is found again only by an attempt that may reach the same ones.

use std::{
    collections::VecDeque,
    error::Error,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use nebula_ports::model::{Failure, FailureKind};
use reqwest::{Client, dns, redirect::Policy};

use super::dns::Resolve;
use crate::{Config, address::why_not_public};

#[derive(Debug)]
pub(crate) struct Pools {
    config: Config,
    resolver: Arc<dyn Resolve>,
    public: OnceLock<Client>,
    /// The most recently used one is last.
    private: Mutex<VecDeque<(Key, Client)>>,
}

/// A host with the addresses that may stand behind it, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    host: String,
    addresses: Vec<IpAddr>,
}

/// A name leads to addresses that are not public, and to no other.
#[derive(Debug)]
pub(crate) struct NotPublic {
    pub(crate) address: IpAddr,
    pub(crate) reason: &'static str,
}

/// A name has no addresses, or they cannot be found out.
#[derive(Debug)]
pub(crate) struct Unresolved(pub(crate) std::io::Error);

/// Answers with public addresses only.
struct PublicOnly(Arc<dyn Resolve>);

/// Answers with these addresses, whatever the name.
struct Pinned(Vec<IpAddr>);

// === impl Pools ===

impl Pools {
    pub(crate) fn new(config: Config, resolver: Arc<dyn Resolve>) -> Self {
        Self { config, resolver, public: OnceLock::new(), private: Mutex::default() }
    }

    /// The client that connects to public addresses only.
    pub(crate) fn public(&self) -> Result<Client, Failure> {
        if let Some(client) = self.public.get() {
            return Ok(client.clone());
        }
        let client = self.build(PublicOnly(self.resolver.clone()))?;
        Ok(self.public.get_or_init(|| client).clone())
    }

    /// A client that connects to these addresses only, all of which were checked for the attempt that asks.
    pub(crate) fn for_addresses(&self, host: &str, addresses: Vec<IpAddr>) -> Result<Client, Failure> {
        if addresses.iter().all(|address| why_not_public(*address).is_none()) {
            return self.public();
        }
        let mut sorted = addresses.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let key = Key { host: host.to_owned(), addresses: sorted };
        let take = || {
            let mut private = self.private.lock().unwrap_or_else(PoisonError::into_inner);
            let found = private.iter().position(|(own, _)| *own == key)?;
            let entry = private.remove(found)?;
            let client = entry.1.clone();
            private.push_back(entry);
            Some(client)
        };
        if let Some(client) = take() {
            return Ok(client);
        }
        // Built outside the lock; of two built at once, the first stays.
        let client = self.build(Pinned(addresses))?;
        if let Some(client) = take() {
            return Ok(client);
        }
        let mut private = self.private.lock().unwrap_or_else(PoisonError::into_inner);
        private.push_back((key, client.clone()));
        while private.len() > self.config.private_pools.max(1) {
            private.pop_front();
        }
        Ok(client)
    }

    fn build(&self, resolver: impl dns::Resolve + 'static) -> Result<Client, Failure> {
        Client::builder()
            .user_agent(self.config.user_agent.as_str())
            .connect_timeout(self.config.connect_timeout.get())
            .pool_idle_timeout(self.config.pool_idle_timeout.get())
            .dns_resolver(resolver)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .build()
            .map_err(|error| {
                let message = format!("the HTTP client cannot be set up: {error:?}");
                Failure::new(FailureKind::Permanent, "http.client", message)
                    .with_help("check `user_agent` in the sandbox' settings and the system's CA certificates")
                    .before_effect()
            })
    }
}

// === impl PublicOnly ===

impl dns::Resolve for PublicOnly {
    fn resolve(&self, name: dns::Name) -> dns::Resolving {
        let addresses = self.0.resolve(name.as_str());
        Box::pin(async move {
            let all = addresses.await.map_err(Unresolved)?;
            let public: Vec<_> = all.iter().copied().filter(|address| why_not_public(*address).is_none()).collect();
            let refused = all.iter().find_map(|address| Some((*address, why_not_public(*address)?)));
            match refused {
                _ if !public.is_empty() => Ok(sockets(public)),
                Some((address, reason)) => Err(NotPublic { address, reason }.into()),
                None => Err(Unresolved(std::io::Error::other("no addresses")).into()),
            }
        })
    }
}

// === impl Pinned ===

impl dns::Resolve for Pinned {
    fn resolve(&self, _: dns::Name) -> dns::Resolving {
        let addresses = sockets(self.0.clone());
        Box::pin(async move { Ok(addresses) })
    }
}

/// The port comes from the URL.
fn sockets(addresses: Vec<IpAddr>) -> dns::Addrs {
    Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)))
}

// === impl NotPublic ===

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a public address ({})", self.address, self.reason)
    }
}

impl Error for NotPublic {}

// === impl Unresolved ===

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for Unresolved {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
