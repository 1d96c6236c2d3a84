//! A ready-made resource: HTTP to one service, configured once.

use std::{collections::BTreeMap, time::Duration};

use super::{ResourceContext, ResourceLifecycle};
use crate::{ActionContext, ActionError, Declares, DurationText, HttpCall, Result, cap};

/// HTTP to one service: its address, headers and time limit are configured once, and actions send paths.
///
/// It opens no way of its own: requests go through the door of the attempt, so an action that uses it declares `net` as
/// ever, and each request is checked against the grants of the run. It needs no configuration; then requests are absolute.
///
/// ```
/// use nebula_sdk::{HttpClient, prelude::*, testing::{FakeHost, call}};
///
/// /// Ask how warm it is.
/// #[nebula_sdk::action(id = "weather.now", version = "1.0", idempotent, capabilities(net("api.example.com:443")))]
/// async fn weather_now(/** City. */ city: String, http: Res<HttpClient>, ctx: &Ctx) -> Result<f64> {
///     http.get(ctx, city).send().await?.error_for_status()?.json()
/// }
///
/// let host = FakeHost::new().answer(200, "3.5");
/// let weather = call::<WeatherNow>(json!({ "city": "Oslo" }))
///     .resource_config::<HttpClient>("http", json!({ "base_url": "https://api.example.com/v1" }))
///     .host(&host);
/// assert_eq!(weather.output(), 3.5);
/// assert_eq!(host.requests()[0].url, "https://api.example.com/v1/Oslo");
/// ```
#[derive(Debug, nebula_derive::Resource)]
#[resource(id = "http.client", name = "HTTP client", shared, capabilities(net(param = "base_url")), crate = "crate")]
pub struct HttpClient;

/// How an [`HttpClient`] is configured.
#[derive(Debug, nebula_derive::Parameters)]
#[param(crate = "crate")]
pub struct HttpClientConfig {
    /// What paths are appended to, as in `https://api.example.com/v1`; without it requests are absolute.
    #[param(format = "uri", example = "https://api.example.com/v1", label = "Base URL")]
    pub base_url: Option<String>,
    /// Headers that every request carries. Not for secrets: those are credentials.
    #[param(default)]
    pub headers: BTreeMap<String, String>,
    /// Limit of each exchange; none besides the attempt's own when absent.
    pub timeout: Option<DurationText>,
}

/// What an action has of an [`HttpClient`].
#[derive(Debug)]
pub struct HttpClientHandle {
    base_url: Option<String>,
    headers: Vec<(String, String)>,
    timeout: Option<Duration>,
}

impl ResourceLifecycle for HttpClient {
    type Config = HttpClientConfig;
    type Handle = HttpClientHandle;

    async fn create(&self, config: HttpClientConfig, _: &ResourceContext<Self>) -> Result<HttpClientHandle> {
        Ok(HttpClientHandle::new(config))
    }
}

// === impl HttpClientHandle ===

impl HttpClientHandle {
    /// One that is configured so; for tests of actions.
    #[must_use]
    pub fn new(config: HttpClientConfig) -> Self {
        Self {
            base_url: config.base_url,
            headers: config.headers.into_iter().collect(),
            timeout: config.timeout.map(|timeout| *timeout),
        }
    }

    /// A request of any method. `path` is appended to the base URL; an absolute address is taken as it is.
    pub fn method<'a, A: Declares<cap::Net>>(
        &self,
        ctx: &'a ActionContext<A>,
        method: impl Into<String>,
        path: impl AsRef<str>,
    ) -> HttpCall<'a> {
        let mut call = match self.url(path.as_ref()) {
            Ok(url) => ctx.http().method(method, url),
            Err(error) => return HttpCall::refused(error, ctx.http()),
        };
        for (name, value) in &self.headers {
            call = call.header(name, value);
        }
        match self.timeout {
            Some(timeout) => call.timeout(timeout),
            None => call,
        }
    }

    /// A `GET`.
    pub fn get<'a, A: Declares<cap::Net>>(&self, ctx: &'a ActionContext<A>, path: impl AsRef<str>) -> HttpCall<'a> {
        self.method(ctx, "GET", path)
    }

    /// A `POST`.
    pub fn post<'a, A: Declares<cap::Net>>(&self, ctx: &'a ActionContext<A>, path: impl AsRef<str>) -> HttpCall<'a> {
        self.method(ctx, "POST", path)
    }

    /// A `PUT`.
    pub fn put<'a, A: Declares<cap::Net>>(&self, ctx: &'a ActionContext<A>, path: impl AsRef<str>) -> HttpCall<'a> {
        self.method(ctx, "PUT", path)
    }

    /// A `PATCH`.
    pub fn patch<'a, A: Declares<cap::Net>>(&self, ctx: &'a ActionContext<A>, path: impl AsRef<str>) -> HttpCall<'a> {
        self.method(ctx, "PATCH", path)
    }

    /// A `DELETE`.
    pub fn delete<'a, A: Declares<cap::Net>>(&self, ctx: &'a ActionContext<A>, path: impl AsRef<str>) -> HttpCall<'a> {
        self.method(ctx, "DELETE", path)
    }

    fn url(&self, path: &str) -> Result<String> {
        let is_absolute = ["http://", "https://"]
            .iter()
            .any(|scheme| path.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        match &self.base_url {
            _ if is_absolute => Ok(path.to_owned()),
            Some(base) if path.is_empty() || path.starts_with('?') => Ok(format!("{base}{path}")),
            Some(base) => Ok(format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))),
            None => {
                let message = format!("`{path}` is no whole address, and the HTTP client has no `base_url`");
                Err(ActionError::permanent("http.no_base_url", message)
                    .with_help("configure the resource: `config: { base_url: https://api.example.com }`")
                    .before_effect())
            }
        }
    }
}
