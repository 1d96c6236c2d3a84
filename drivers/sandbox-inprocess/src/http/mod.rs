//! HTTP: a request is checked, its host is checked, the addresses behind the host are checked, and so is every redirect.

mod dns;
mod failure;
mod pools;
mod redirect;
mod request;

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::future::{Either, select};
use nebula_ports::{
    clock::Clock,
    host::{HttpRequest, HttpResponse},
    model::{Failure, FailureKind},
};
use reqwest::{Response, header::HeaderMap};

pub use self::dns::{Resolve, SystemResolver};
use self::{dns::Target, pools::Pools, redirect::Next, request::Outgoing};
use crate::{Config, permit::Permit};

/// The client side of HTTP, shared by all attempts.
#[derive(Debug)]
pub(crate) struct Http {
    clock: Arc<dyn Clock>,
    resolver: Arc<dyn Resolve>,
    pools: Pools,
}

// === impl Http ===

impl Http {
    pub(crate) fn new(config: Config, clock: Arc<dyn Clock>, resolver: Arc<dyn Resolve>) -> Self {
        Self { clock, pools: Pools::new(config, resolver.clone()), resolver }
    }

    /// One exchange with all its redirects, within its limits and what is permitted.
    pub(crate) async fn exchange(&self, permit: &Permit, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let timeout = request.timeout;
        let sent = AtomicBool::new(false);
        let outgoing = Outgoing::check(request)?;
        let work = self.follow(permit, outgoing, &sent);
        let Some(timeout) = timeout else { return work.await };
        within(work, self.clock.sleep_until(self.clock.now().plus(timeout))).await.unwrap_or_else(|| {
            let message = format!("the exchange took longer than {timeout:?}");
            let failure = Failure::new(FailureKind::Timeout, "http.timeout", message);
            Err(if sent.load(Ordering::Relaxed) { failure } else { failure.before_effect() })
        })
    }

    async fn follow(
        &self,
        permit: &Permit,
        mut outgoing: Outgoing,
        sent: &AtomicBool,
    ) -> Result<HttpResponse, Failure> {
        let mut redirects = 0;
        loop {
            let response = match self.send(permit, &outgoing, sent).await {
                Err(failure) if redirects > 0 => return Err(redirect::blame(failure, redirects)),
                other => other?,
            };
            match redirect::next(&outgoing, response.status(), response.headers())? {
                Next::Follow(next) if redirects < outgoing.max_redirects => {
                    redirects += 1;
                    outgoing = *next;
                }
                // Whoever follows none wants to see the redirect itself.
                Next::Follow(_) if outgoing.max_redirects > 0 => {
                    let message = format!("more than {redirects} redirects");
                    return Err(Failure::new(FailureKind::Permanent, "http.too_many_redirects", message));
                }
                Next::Follow(_) | Next::Stay => return receive(response, outgoing.max_response_bytes).await,
            }
        }
    }

    /// One hop.
    async fn send(&self, permit: &Permit, outgoing: &Outgoing, sent: &AtomicBool) -> Result<Response, Failure> {
        let target = Target::of(&outgoing.url);
        permit.host(&target.host, target.port)?;
        let client = match target.address {
            Some(address) => {
                permit.address(&target.host, target.port, address)?;
                self.pools.for_addresses(&target.host, vec![address])?
            }
            // Names that lead inward are found out where the connection is made.
            None if !permit.reaches_inward(target.port) => self.pools.public()?,
            None => {
                let addresses = self.permitted(permit, &target).await.map_err(|failure| before(failure, sent))?;
                self.pools.for_addresses(&target.host, addresses)?
            }
        };
        let first = !sent.swap(true, Ordering::Relaxed);
        client.execute(outgoing.to_request()).await.map_err(|error| failure::of(error, &target, first))
    }

    /// The addresses behind a name that this attempt may connect to.
    async fn permitted(&self, permit: &Permit, target: &Target) -> Result<Vec<std::net::IpAddr>, Failure> {
        let all =
            self.resolver.resolve(&target.host).await.map_err(|error| failure::unresolved(&target.host, &error))?;
        let mut denial = None;
        let mut permitted = Vec::new();
        for address in all {
            match permit.address(&target.host, target.port, address) {
                Ok(()) => permitted.push(address),
                Err(failure) => denial = denial.or(Some(failure)),
            }
        }
        match denial {
            _ if !permitted.is_empty() => Ok(permitted),
            Some(failure) => Err(failure),
            None => Err(failure::unresolved(&target.host, &std::io::Error::other("no addresses"))),
        }
    }
}

/// `None` when `end` comes first.
async fn within<T>(work: impl Future<Output = T>, end: impl Future<Output = ()>) -> Option<T> {
    match select(pin!(work), pin!(end)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Marks what failed before anything was sent.
fn before(failure: Failure, sent: &AtomicBool) -> Failure {
    if sent.load(Ordering::Relaxed) { Failure { before_effect: false, ..failure } } else { failure }
}

/// Reads the answer, in no more memory than its limit.
async fn receive(mut response: Response, limit: u64) -> Result<HttpResponse, Failure> {
    let status = response.status().as_u16();
    let url = response.url().to_string();
    let headers = texts(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure::broken_body)? {
        if u64::try_from(body.len() + chunk.len()).unwrap_or(u64::MAX) > limit {
            let message = format!("the answer is larger than {limit} bytes");
            return Err(Failure::new(FailureKind::Permanent, "http.body_too_large", message)
                .with_help("raise the request's limit of the response size, or ask for less"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body: body.into(), url })
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}
