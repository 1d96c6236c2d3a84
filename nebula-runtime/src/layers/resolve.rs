//! Computes the input once — expressions, then the schema and the size — and brings the credentials.

use std::{collections::BTreeMap, sync::Arc};

use nebula_ports::{
    Scope,
    model::{ByteSize, CredentialName, Failure, FailureKind},
    secrets::SecretsStore,
    spawn::Spawner,
};
use secrecy::SecretString;
use serde_json::Value;
use smol_str::SmolStr;
use tower::{Layer, Service};

use super::{
    Authorized, CallError, LayerFuture, NodeCall, NodeEnd, Resolved, always_ready,
    size::{self, Measured},
};
use crate::evaluate;

#[derive(Debug, Clone)]
pub(crate) struct ResolveLayer {
    secrets: Arc<dyn SecretsStore>,
    spawner: Arc<dyn Spawner>,
    /// For actions that name no limit.
    max_input: ByteSize,
}

#[derive(Debug, Clone)]
pub(crate) struct Resolve<S> {
    inner: S,
    secrets: Arc<dyn SecretsStore>,
    spawner: Arc<dyn Spawner>,
    max_input: ByteSize,
}

// === impl ResolveLayer ===

impl ResolveLayer {
    pub(crate) const fn new(secrets: Arc<dyn SecretsStore>, spawner: Arc<dyn Spawner>, max_input: ByteSize) -> Self {
        Self { secrets, spawner, max_input }
    }
}

impl<S> Layer<S> for ResolveLayer {
    type Service = Resolve<S>;

    fn layer(&self, inner: S) -> Resolve<S> {
        Resolve {
            inner,
            secrets: Arc::clone(&self.secrets),
            spawner: Arc::clone(&self.spawner),
            max_input: self.max_input,
        }
    }
}

// === impl Resolve ===

impl<S> Service<Authorized> for Resolve<S>
where
    S: Service<Resolved, Response = NodeEnd, Error = CallError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = NodeEnd;
    type Error = CallError;
    type Future = LayerFuture<NodeEnd, CallError>;

    always_ready!();

    fn call(&mut self, Authorized { call, permissions }: Authorized) -> Self::Future {
        let mut inner = self.inner.clone();
        let secrets = Arc::clone(&self.secrets);
        let spawner = Arc::clone(&self.spawner);
        let limit = call.node().limits().max_input.unwrap_or(self.max_input);
        Box::pin(async move {
            let node = call.node();
            let input = compute(&call, spawner.as_ref()).await?;
            size::within(&input, limit, Measured::Input)?;
            let violations = node.schema.check(&input);
            if let Some(first) = violations.first() {
                let more = match violations.len() - 1 {
                    0 => String::new(),
                    others => format!(" (and {others} more)"),
                };
                let mut failure =
                    Failure::new(FailureKind::Invalid, "input.invalid", format!("{}{more}", first.message))
                        .at(&first.pointer);
                failure.help.clone_from(&first.help);
                return Err(failure.into());
            }
            let effect = call.action()?.effect(&input);
            let mut credentials = BTreeMap::new();
            for (slot, name) in &node.credentials {
                credentials.insert(slot.clone(), bring(secrets.as_ref(), &call.run.scope, slot, name).await?);
            }
            let resolved = Resolved {
                permissions: Arc::new(permissions),
                input: Arc::new(input),
                effect,
                credentials: Arc::new(credentials),
                call,
            };
            inner.call(resolved).await
        })
    }
}

/// The parameters' values, computed where that hinders nobody.
async fn compute(call: &NodeCall, spawner: &dyn Spawner) -> Result<Value, Failure> {
    if evaluate::weight(&call.node().parameters, call.values.as_ref()) <= evaluate::HEAVY {
        return evaluate::compute(&call.node().parameters, call.values.as_ref());
    }
    let call = call.clone();
    evaluate::off_thread(spawner, move || evaluate::compute(&call.node().parameters, call.values.as_ref())).await?
}

/// The material of a credential.
pub(crate) async fn bring(
    secrets: &dyn SecretsStore,
    scope: &Scope,
    slot: &SmolStr,
    name: &CredentialName,
) -> Result<SecretString, Failure> {
    match secrets.get(scope, name).await {
        Ok(Some(material)) => Ok(material),
        Ok(None) => Err(Failure::new(
            FailureKind::Auth,
            "credential.missing",
            format!("there is no credential `{name}` for the slot `{slot}`"),
        )
        .with_help(format!("set it with `nebula secret set {name}`"))),
        Err(error) => {
            let kind = if error.is_retryable() { FailureKind::Transient } else { FailureKind::Auth };
            Err(Failure::new(kind, "credential.unreadable", format!("the credential `{name}` cannot be read: {error}")))
        }
    }
}
