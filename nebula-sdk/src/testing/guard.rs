//! Holds an action to its manifest: what it does not declare is denied in a test too.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use nebula_ports::{
    attempt_blobs::AttemptBlobs,
    host::{ByteStream, Host, HttpRequest, HttpResponse, ProgramCall, ProgramOutput},
    model::{
        BlobRef, CapabilityKind, CapabilityManifest, Digest, Failure, FailureKind, Grant, PathGrant, ProgramGrant,
        Target,
    },
    time::Timestamp,
};

use super::{FakeHost, chance::Chance, denied::Denials, host::absolute};

/// The host, behind the manifest. A need that a parameter decides allows everything of its kind.
#[derive(Debug)]
pub(super) struct Guarded {
    host: FakeHost,
    manifest: CapabilityManifest,
    denials: Denials,
    chance: Chance,
    blobs: Arc<AttemptBlobs>,
}

// === impl Guarded ===

impl Guarded {
    pub(super) fn new(
        host: FakeHost,
        manifest: CapabilityManifest,
        denials: Denials,
        chance: Chance,
        blobs: Arc<AttemptBlobs>,
    ) -> Self {
        Self { host, manifest, denials, chance, blobs }
    }

    /// Whether it declares what has no bounds.
    fn declared(&self, kind: CapabilityKind) -> Result<(), Failure> {
        if self.manifest.0.iter().any(|request| request.kind == kind) {
            return Ok(());
        }
        let message = format!("the action does not declare {kind}");
        Err(Failure::new(FailureKind::Denied, "capability.denied", message)
            .with_help(format!("add `{kind}` to its `capabilities(..)`"))
            .before_effect())
    }

    /// `carried` is what the action was about to send.
    fn check(
        &self,
        kind: CapabilityKind,
        wanted: &str,
        carried: impl FnOnce() -> String,
        covers: impl Fn(&Grant) -> bool,
    ) -> Result<(), Failure> {
        let declared =
            self.manifest.0.iter().filter(|request| request.kind == kind).any(|request| match &request.target {
                Target::Exact(grant) => covers(grant),
                Target::Parameter(_) | Target::Declared => true,
            });
        if declared {
            return Ok(());
        }
        self.denials.add(format!("{kind}:{wanted}"), &carried());
        let message = format!("the action does not declare {kind} of `{wanted}`");
        Err(Failure::new(FailureKind::Denied, "capability.denied", message)
            .with_help(format!("add `{kind}(\"{wanted}\")` to its `capabilities(..)`"))
            .before_effect())
    }

    fn is_inside(&self, kind: CapabilityKind, path: &str) -> bool {
        let place = absolute(path);
        self.manifest.0.iter().filter(|request| request.kind == kind).any(|request| match &request.target {
            Target::Exact(grant) => is_below(grant, &place),
            Target::Parameter(_) | Target::Declared => true,
        })
    }

    fn check_file(&self, kind: CapabilityKind, path: &str) -> Result<(), Failure> {
        // Both start where relative paths of a test start.
        let place = absolute(path);
        self.check(kind, path, || path.to_owned(), |grant| is_below(grant, &place))
    }
}

#[async_trait]
impl Host for Guarded {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let (host, port) = authority(&request.url)?;
        self.check(
            CapabilityKind::Net,
            &format!("{host}:{port}"),
            || whole(&request),
            |grant| matches!(grant, Grant::Net(net) if net.matches(&host, port)),
        )?;
        self.host.http(request).await
    }

    async fn read_file(&self, path: &str) -> Result<ByteStream, Failure> {
        self.check_file(CapabilityKind::FsRead, path)?;
        self.host.read_file(path).await
    }

    async fn write_file(&self, path: &str, content: ByteStream) -> Result<u64, Failure> {
        self.check_file(CapabilityKind::FsWrite, path)?;
        self.host.write_file(path, content).await
    }

    fn env(&self, name: &str) -> Result<Option<String>, Failure> {
        self.check(
            CapabilityKind::Env,
            name,
            || name.to_owned(),
            |grant| matches!(grant, Grant::Env(own) if own == name),
        )?;
        self.host.env(name)
    }

    async fn exec(&self, call: ProgramCall) -> Result<ProgramOutput, Failure> {
        let wanted = ProgramGrant::new(call.program.as_str()).map_err(|error| {
            Failure::new(FailureKind::Invalid, "exec.invalid_program", error.to_string()).before_effect()
        })?;
        self.check(
            CapabilityKind::Exec,
            &call.program,
            || all_of(&call),
            |grant| matches!(grant, Grant::Exec(own) if own.allows(&wanted)),
        )?;
        if let Some(folder) = &call.folder {
            // Either is enough to work there.
            if !self.is_inside(CapabilityKind::FsWrite, folder) {
                self.check_file(CapabilityKind::FsRead, folder)?;
            }
        }
        self.host.exec(call).await
    }

    async fn put_blob(&self, media_type: &str, content: ByteStream) -> Result<BlobRef, Failure> {
        self.declared(CapabilityKind::Blob)?;
        self.blobs.put(media_type, content).await
    }

    async fn get_blob(&self, digest: Digest) -> Result<ByteStream, Failure> {
        self.declared(CapabilityKind::Blob)?;
        self.blobs.get(digest).await
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Failure> {
        self.declared(CapabilityKind::Random)?;
        self.chance.fill(bytes);
        Ok(())
    }

    fn wall_clock(&self) -> Result<Timestamp, Failure> {
        self.declared(CapabilityKind::WallClock)?;
        Ok(self.chance.now())
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.host.blocking(work)
    }
}

fn is_below(grant: &Grant, place: &std::path::Path) -> bool {
    match grant {
        Grant::FsRead(own) | Grant::FsWrite(own) => {
            PathGrant::new(absolute(own.as_str()).to_string_lossy()).contains(place)
        }
        _ => false,
    }
}

/// All that a request would have sent, as text.
fn whole(request: &HttpRequest) -> String {
    let mut text = request.url.clone();
    for (name, value) in &request.headers {
        text.push_str(&format!("\n{name}: {value}"));
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(&request.body));
    text
}

/// All that a program would have been given, as text.
fn all_of(call: &ProgramCall) -> String {
    let env = call.env.iter().map(|(name, value)| format!("{name}={value}"));
    let stdin = String::from_utf8_lossy(&call.stdin).into_owned();
    let parts: Vec<String> =
        std::iter::once(call.program.clone()).chain(call.args.clone()).chain(env).chain([stdin]).collect();
    parts.join("\n")
}

/// Host and port of a URL.
fn authority(url: &str) -> Result<(String, u16), Failure> {
    let invalid = || {
        Failure::new(FailureKind::Permanent, "http.invalid_url", format!("`{url}` is no URL of http or https"))
            .before_effect()
    };
    let (rest, default) = url
        .strip_prefix("https://")
        .map(|rest| (rest, 443))
        .or_else(|| url.strip_prefix("http://").map(|rest| (rest, 80)))
        .ok_or_else(invalid)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, after)| after);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| invalid())?),
        _ => (authority, default),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() { Err(invalid()) } else { Ok((host.to_owned(), port)) }
}
