//! A ledger behind a login: logging in is slow, so sessions are resources.

use nebula_sdk::prelude::*;

/// Who logs in at the ledger.
#[derive(Credential)]
#[credential(id = "ledger.login", scheme = basic)]
struct LedgerLogin {
    username: String,
    password: SecretString,
}

/// A session at the ledger.
#[derive(Resource)]
#[resource(
    id = "ledger.session",
    pool(max = 2, idle = "5m"),
    acquire_timeout = "10s",
    capabilities(net(param = "url"))
)]
struct LedgerSession {
    /// Who logs in.
    login: Cred<LedgerLogin>,
}

/// Where the ledger is.
#[derive(Parameters)]
struct LedgerConfig {
    /// Its address.
    #[param(format = "uri")]
    url: String,
}

/// What actions work with.
struct Session {
    ctx: ResourceContext<LedgerSession>,
    url: String,
}

impl Session {
    async fn add(&self, line: &str) -> Result<u32> {
        self.ctx.http().post(&self.url).json(line).send().await?.error_for_status()?.json()
    }
}

impl ResourceLifecycle for LedgerSession {
    type Config = LedgerConfig;
    type Handle = Session;

    async fn create(&self, config: LedgerConfig, ctx: &ResourceContext<Self>) -> Result<Session> {
        let answer = ctx.http().post(format!("{}/sessions", config.url)).auth(&*self.login).send().await?;
        let id: String = answer.error_for_status()?.json()?;
        Ok(Session { ctx: ctx.clone(), url: format!("{}/sessions/{id}", config.url) })
    }

    async fn close(&self, session: Session, ctx: &ResourceContext<Self>) -> Result<()> {
        ctx.http().delete(session.url).send().await?.error_for_status()?;
        Ok(())
    }
}

/// Add a line to the ledger.
#[nebula_sdk::action(id = "ledger.add", version = "1.0", idempotent)]
async fn add(
    /// The line.
    text: String,
    /// Where it is kept.
    ledger: Res<LedgerSession>,
) -> Result<u32> {
    ledger.add(&text).await
}

fn main() -> std::process::ExitCode {
    nebula_cli::main_with(Registry::new().with::<Add>())
}

#[cfg(test)]
mod tests {
    use nebula_sdk::testing::{ActionTestHarness, FakeHost};

    use super::*;

    #[nebula_sdk::test(seed = 7)]
    async fn a_line_is_added(t: ActionTestHarness<Add>) {
        let host = FakeHost::new().answer(200, "\"s-1\"").answer(200, "1").answer(200, "");
        let t = t.resource_config::<LedgerSession>("ledger", json!({ "url": "https://ledger.example.com" }));
        assert_eq!(t.host(&host).run(json!({ "text": "rent" })).await.output::<u32>(), 1);
        assert_eq!(host.requests()[1].url, "https://ledger.example.com/sessions/s-1");
    }
}
