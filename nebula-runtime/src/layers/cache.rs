//! Gives the result of an earlier call for the same input, when the action is pure and allows it for a time.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use nebula_ports::{
    action::ActionOutput,
    clock::Clock,
    model::{ActionDescriptor, ByteSize, Digest, EffectClass, Failure},
    time::Timestamp,
};
use serde_json::Value;
use tower::{Layer, Service};

use super::{LayerFuture, Ran, Started, always_ready, size};

#[derive(Debug, Clone)]
pub(crate) struct CacheLayer {
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Cache<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Kept>>,
}

/// Results by what they follow from. When there is no room, the one that was used longest ago goes first.
#[derive(Debug)]
struct Kept {
    most: u64,
    bytes: u64,
    uses: u64,
    results: HashMap<Digest, Entry>,
    /// Last use → which.
    order: BTreeMap<u64, Digest>,
}

#[derive(Debug)]
struct Entry {
    value: Arc<Value>,
    bytes: u64,
    until: Timestamp,
    used: u64,
}

// === impl CacheLayer ===

impl CacheLayer {
    pub(crate) fn new(clock: Arc<dyn Clock>, most: ByteSize) -> Self {
        Self { clock, kept: Arc::new(Mutex::new(Kept::new(most))) }
    }
}

impl<S> Layer<S> for CacheLayer {
    type Service = Cache<S>;

    fn layer(&self, inner: S) -> Cache<S> {
        Cache { inner, clock: Arc::clone(&self.clock), kept: Arc::clone(&self.kept) }
    }
}

// === impl Cache ===

impl<S> Cache<S> {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics while the lock is held.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Service<Started> for Cache<S>
where
    S: Service<Started, Response = ActionOutput, Error = Failure> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Ran;
    type Error = Failure;
    type Future = LayerFuture<Ran, Failure>;

    always_ready!();

    fn call(&mut self, started: Started) -> Self::Future {
        let resolved = &started.resolved;
        let action = resolved.call.node().action();
        let ttl = action.and_then(|action| action.descriptor().limits.cache);
        // What a credential or a resource opened is not for those who have another.
        let ttl = ttl.filter(|_| resolved.effect == EffectClass::Pure && resolved.credentials.is_empty());
        let ttl = ttl.filter(|_| started.resources.is_empty());
        // What a later step gives follows from more than the input.
        let ttl = ttl.filter(|_| resolved.call.step.number == 0);
        let keeps = action.zip(ttl).map(|(action, ttl)| (ttl.get(), key(&started, action.descriptor())));
        if let Some((_, key)) = &keeps
            && let Some(value) = self.kept().get(key, self.clock.now())
        {
            let output = ActionOutput::Done(Arc::unwrap_or_clone(value));
            return Box::pin(std::future::ready(Ok(Ran { output, cached: true })));
        }
        let work = self.inner.call(started);
        let cache = Cache { inner: (), clock: Arc::clone(&self.clock), kept: Arc::clone(&self.kept) };
        Box::pin(async move {
            let output = work.await?;
            if let (Some((ttl, key)), ActionOutput::Done(value)) = (keeps, &output) {
                let until = cache.clock.now().plus(ttl);
                cache.kept().put(key, value, until);
            }
            Ok(Ran { output, cached: false })
        })
    }
}

/// All that the result may depend on: whose it is, what is called, what it may do and what goes in.
fn key(started: &Started, descriptor: &ActionDescriptor) -> Digest {
    let resolved = &started.resolved;
    let mut hasher = blake3::Hasher::new_derive_key("nebula action cache v1");
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    part(resolved.call.run.scope.tenant().as_str());
    part(descriptor.id.as_str());
    part(&descriptor.version.to_string());
    part(resolved.permissions.base_dir.as_deref().unwrap_or_default());
    let mut grants: Vec<String> = resolved.permissions.items.iter().map(ToString::to_string).collect();
    grants.sort_unstable();
    part(&grants.len().to_string());
    grants.iter().for_each(|grant| part(grant));
    // Objects are sorted by name. Writing to a hasher does not fail, and a value can be written.
    let _ = serde_json::to_writer(Hashing(&mut hasher), resolved.input.as_ref());
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

struct Hashing<'a>(&'a mut blake3::Hasher);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// === impl Kept ===

impl Kept {
    fn new(most: ByteSize) -> Self {
        Self { most: most.0, bytes: 0, uses: 0, results: HashMap::new(), order: BTreeMap::new() }
    }

    fn get(&mut self, key: &Digest, now: Timestamp) -> Option<Arc<Value>> {
        if self.results.get(key)?.until <= now {
            self.remove(key);
            return None;
        }
        self.uses += 1;
        let uses = self.uses;
        let entry = self.results.get_mut(key)?;
        self.order.remove(&entry.used);
        entry.used = uses;
        self.order.insert(uses, *key);
        Some(Arc::clone(&entry.value))
    }

    /// Keeps a result, unless it would take more than an eighth of all room.
    fn put(&mut self, key: Digest, value: &Value, until: Timestamp) {
        if size::exceeds(value, self.most / 8) {
            return;
        }
        // The key and the places in the maps count too.
        let bytes = size::length(value) + 256;
        self.remove(&key);
        while self.bytes + bytes > self.most {
            let Some(oldest) = self.order.values().next().copied() else { return };
            self.remove(&oldest);
        }
        self.uses += 1;
        self.bytes += bytes;
        self.order.insert(self.uses, key);
        self.results.insert(key, Entry { value: Arc::new(value.clone()), bytes, until, used: self.uses });
    }

    fn remove(&mut self, key: &Digest) {
        if let Some(entry) = self.results.remove(key) {
            self.bytes -= entry.bytes;
            self.order.remove(&entry.used);
        }
    }
}

#[cfg(test)]
mod tests;
