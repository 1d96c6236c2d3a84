use super::*;
use crate::fixture::world::World;

/// The order is read off the type, which cannot lie about it.
#[tokio::test]
async fn the_layers_stand_in_the_documented_order() {
    fn names<T>(_: &T) -> Vec<&'static str> {
        let name = std::any::type_name::<T>();
        name.split('<').map(|part| part.trim_end_matches('>').rsplit("::").next().unwrap_or(part)).collect()
    }
    let world = World::new([]);
    let nebula = &world.ports;
    let ports = StackPorts {
        clock: Arc::clone(&nebula.clock),
        ids: Arc::clone(&nebula.ids),
        secrets: Arc::clone(&nebula.secrets),
        blobs: Arc::clone(&nebula.blobs),
        sandbox: Arc::clone(&nebula.sandbox),
        spawner: Arc::clone(&nebula.spawner),
        resources: Arc::new(Resources::new(nebula.into())),
        watchers: broadcast::channel(1).0,
    };
    let limits = StackLimits {
        max_attempts_at_once: 1,
        longest_wait_in_memory: Duration::ZERO,
        default_timeout: Duration::ZERO,
        cancel_grace: Duration::ZERO,
        max_input: ByteSize(1),
        max_output: ByteSize(1),
        cache: ByteSize(1),
    };
    let expected = [
        "Trace",
        "Rescue",
        "Deadline",
        "Authorize",
        "Resolve",
        "Retry",
        "Share",
        "Concurrency",
        "Rate",
        "Permit",
        "Acquire",
        "Attempt",
        "Timeout",
        "Heartbeat",
        "Spill",
        "Cache",
        "Leaf",
    ];
    assert_eq!(names(&layered(&ports, limits)), expected);

    let table: Vec<_> = include_str!("../layers/mod.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter_map(|line| line.split(" | ").next())
        .filter(|name| name.chars().next().is_some_and(char::is_uppercase))
        .collect();
    assert_eq!(table, expected[..16], "the table in layers/mod.rs");
}
