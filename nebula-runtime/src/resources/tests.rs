use std::{
    sync::{Mutex as StdMutex, atomic::Ordering},
    time::Duration,
};

use nebula_ports::{
    clock::Clock as _,
    model::{PoolSettings, ResourceConfig, ResourceKind},
    time::DurationText,
};

use super::*;
use crate::{
    catalogue::Catalogue,
    fixture::{
        thing::{Log, Thing, descriptor, number},
        world::World,
    },
};

struct Test {
    world: World,
    resources: Arc<Resources>,
    instance: Arc<ResourceInstance>,
    log: Arc<Log>,
}

impl Test {
    fn new(kind: ResourceKind) -> Self {
        let world = World::new([]);
        let log = Arc::new(Log::default());
        let thing =
            Thing { descriptor: descriptor("test.thing", kind), log: Arc::clone(&log), clock: world.clock.clone() };
        let name = ResourceName::new("thing").unwrap();
        let config = ResourceConfig::new(ResourceId::new("test.thing").unwrap());
        let catalogue = Catalogue::new([]).unwrap().with_resource(name.clone(), Arc::new(thing), &config).unwrap();
        let instance = Arc::clone(catalogue.resource(&name).unwrap());
        let resources = Arc::new(Resources::new((&world.ports).into()));
        Self { world, resources, instance, log }
    }

    fn pool(settings: PoolSettings) -> Self {
        Self::new(ResourceKind::Pool(settings))
    }

    fn acquire(&self) -> impl Future<Output = Result<Lease, Failure>> + use<> {
        let (resources, instance) = (Arc::clone(&self.resources), Arc::clone(&self.instance));
        let scope = self.world.scope.clone();
        async move { resources.acquire(&scope, Permissions::default(), &instance).await }
    }

    /// Time moves when nothing else does.
    async fn acquired(&self) -> Lease {
        self.world.advancing(self.acquire()).await.unwrap()
    }

    async fn sleep(&self, time: Duration) {
        self.world.settle().await;
        self.world.advancing(self.world.clock.sleep_until(self.world.clock.now().plus(time))).await;
        self.world.settle().await;
    }

    fn created(&self) -> usize {
        self.log.created.load(Ordering::SeqCst)
    }

    fn closed(&self) -> Vec<usize> {
        self.log.closed.lock().unwrap().clone()
    }
}

fn of(lease: &Lease) -> usize {
    number(&lease.handle().unwrap())
}

#[expect(clippy::disallowed_methods, reason = "a test has tasks of its own")]
fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::spawn(task)
}

const fn settings(min: u32, max: u32) -> PoolSettings {
    PoolSettings { min, max, idle: None, max_life: None }
}

#[tokio::test]
async fn a_shared_one_is_created_once_for_all_who_wait() {
    let test = Test::new(ResourceKind::Shared);
    *test.log.takes.lock().unwrap() = Duration::from_secs(1);
    let all = join_all((0..20).map(|_| test.acquire()));
    let leases: Vec<Lease> = test.world.advancing(all).await.into_iter().map(Result::unwrap).collect();
    assert!(leases.iter().all(|lease| of(lease) == 1));
    drop(leases);
    assert_eq!((of(&test.acquired().await), test.created(), test.closed()), (1, 1, vec![]));
}

#[tokio::test]
async fn a_pool_grows_to_its_limit_and_hands_on_in_the_order_of_arrival() {
    let test = Test::pool(settings(0, 2));
    let (one, two) = (test.acquired().await, test.acquired().await);
    assert_eq!((of(&one), of(&two)), (1, 2));
    let order = Arc::new(StdMutex::new(Vec::new()));
    let mut waiting = Vec::new();
    for place in 0..5 {
        let (acquire, order) = (test.acquire(), Arc::clone(&order));
        waiting.push(spawn(async move {
            let lease = acquire.await.unwrap();
            order.lock().unwrap().push(place);
            drop(lease);
        }));
        test.world.settle().await;
    }
    assert!(order.lock().unwrap().is_empty());
    drop(one);
    for task in waiting {
        test.world.advancing(task).await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(test.created(), 2);
    drop(two);
}

#[tokio::test]
async fn who_waits_too_long_is_told_and_takes_nothing() {
    let test = Test::new(ResourceKind::Exclusive);
    let held = test.acquired().await;
    let failure = test.world.advancing(test.acquire()).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.kind), ("resource.timeout", FailureKind::Transient));
    assert!(failure.before_effect && failure.message.contains("1 of 1"), "{failure}");
    drop(held);
    test.world.settle().await;
    assert_eq!(of(&test.acquired().await), 1);
}

#[tokio::test]
async fn cancelled_waits_leak_no_place_and_throw_no_creation_away() {
    let test = Test::pool(settings(0, 3));
    *test.log.takes.lock().unwrap() = Duration::from_millis(50);
    for round in 0..200_u64 {
        let mut acquire = Box::pin(test.acquire());
        assert!(futures_util::poll!(acquire.as_mut()).is_pending() || round > 0);
        if round % 3 == 0 {
            test.world.settle().await;
        }
        if round % 7 == 0 {
            test.sleep(Duration::from_millis(round % 60)).await;
        }
        // Also where it was given one, and has not seen it yet.
        drop(acquire);
    }
    test.sleep(Duration::from_secs(1)).await;
    let all = join_all((0..3).map(|_| test.acquire()));
    let leases: Vec<Lease> = test.world.advancing(all).await.into_iter().map(Result::unwrap).collect();
    let mut numbers: Vec<usize> = leases.iter().map(of).collect();
    numbers.sort_unstable();
    assert_eq!((numbers, test.created(), test.closed()), (vec![1, 2, 3], 3, vec![]));
}

#[tokio::test]
async fn creations_that_fail_for_a_while_are_tried_again_calmly_by_one() {
    let test = Test::pool(settings(0, 8));
    let busy = Failure::new(FailureKind::Transient, "thing.away", "nobody is there");
    *test.log.fails.lock().unwrap() = Some(busy);
    let waiting: Vec<_> = (0..20).map(|_| spawn(test.acquire())).collect();
    test.sleep(Duration::from_secs(2)).await;
    // Those that began together, and then at most ten in a second.
    assert!((8 + 8..=8 + 20).contains(&test.created()), "{}", test.created());
    *test.log.fails.lock().unwrap() = None;
    test.sleep(Duration::from_millis(260)).await;
    let served = waiting.iter().filter(|task| task.is_finished()).count();
    assert!(served >= 8, "{served} of 8 are served within a quarter of a second");
    for task in waiting {
        drop(test.world.advancing(task).await.unwrap().unwrap());
    }
}

#[tokio::test]
async fn a_creation_that_fails_for_good_ends_all_waits() {
    let test = Test::pool(settings(0, 1));
    let refused = Failure::new(FailureKind::Auth, "thing.refused", "the key is wrong");
    *test.log.fails.lock().unwrap() = Some(refused);
    let all = join_all((0..3).map(|_| test.acquire()));
    for result in test.world.advancing(all).await {
        let failure = result.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.kind, failure.before_effect),
            ("thing.refused", FailureKind::Auth, true)
        );
    }
    assert_eq!(test.created(), 1);
    *test.log.fails.lock().unwrap() = None;
    assert_eq!(of(&test.acquired().await), 2);
}

#[tokio::test]
async fn a_creation_that_panics_or_hangs_is_a_failure() {
    let test = Test::new(ResourceKind::Exclusive);
    test.log.panics.store(true, Ordering::SeqCst);
    let failure = test.world.advancing(test.acquire()).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.kind), ("resource.panicked", FailureKind::Bug));
    test.log.panics.store(false, Ordering::SeqCst);
    *test.log.takes.lock().unwrap() = Duration::from_secs(1_000_000);
    let failure = test.world.advancing(test.acquire()).await.unwrap_err();
    assert_eq!(failure.code, "resource.timeout");
    // The one that hangs is given up, and does not stand in the way for ever.
    *test.log.takes.lock().unwrap() = Duration::ZERO;
    test.sleep(Duration::from_secs(60)).await;
    assert_eq!(of(&test.acquired().await), 3);
}

#[tokio::test]
async fn one_that_stood_idle_is_checked_and_replaced_when_it_is_sick() {
    let test = Test::pool(settings(0, 2));
    drop(test.acquired().await);
    test.sleep(Duration::from_secs(20)).await;
    drop(test.acquired().await);
    assert_eq!(test.log.checked.load(Ordering::SeqCst), 0);
    test.sleep(Duration::from_secs(31)).await;
    assert_eq!((of(&test.acquired().await), test.log.checked.load(Ordering::SeqCst)), (1, 1));
    test.log.is_sick.store(true, Ordering::SeqCst);
    test.sleep(Duration::from_secs(31)).await;
    assert_eq!(of(&test.acquired().await), 2);
    test.world.settle().await;
    assert_eq!(test.closed(), [1]);
}

#[tokio::test]
async fn one_that_cannot_be_reset_or_is_kept_is_not_used_again() {
    let test = Test::new(ResourceKind::Exclusive);
    test.log.resets_fail.store(true, Ordering::SeqCst);
    drop(test.acquired().await);
    test.world.settle().await;
    test.log.resets_fail.store(false, Ordering::SeqCst);
    let lease = test.acquired().await;
    let kept = lease.handle();
    assert_eq!(of(&lease), 2);
    drop(lease);
    assert_eq!(of(&test.acquired().await), 3);
    test.world.settle().await;
    assert_eq!(test.closed(), [1, 2]);
    drop(kept);
}

#[tokio::test]
async fn those_that_stand_idle_or_are_old_are_closed_down_to_the_least_number() {
    let minute = Some(DurationText::new(Duration::from_secs(60)));
    let test = Test::pool(PoolSettings { idle: minute, ..settings(1, 4) });
    let all = join_all((0..3).map(|_| test.acquire()));
    drop(test.world.advancing(all).await);
    test.sleep(Duration::from_secs(59)).await;
    assert_eq!(test.closed(), [0; 0]);
    test.sleep(Duration::from_secs(2)).await;
    assert_eq!((test.closed().len(), test.created()), (2, 3));
    test.sleep(Duration::from_secs(600)).await;
    assert_eq!(test.closed().len(), 2);

    let test = Test::pool(PoolSettings { max_life: minute, ..settings(2, 4) });
    drop(test.acquired().await);
    test.sleep(Duration::from_secs(53)).await;
    assert_eq!((test.closed(), test.created()), (vec![], 2));
    // Each has a limit of its own, between 54 and 60 seconds; the least number is kept.
    test.sleep(Duration::from_secs(8)).await;
    assert_eq!((test.closed().len(), test.created()), (2, 4));
}

#[tokio::test]
async fn at_the_end_all_are_closed_and_nobody_gets_one() {
    let test = Test::pool(settings(0, 3));
    let held = test.acquired().await;
    drop(test.acquired().await);
    test.world.settle().await;
    let resources = Arc::clone(&test.resources);
    let end = spawn(async move { resources.shutdown().await });
    test.world.settle().await;
    assert_eq!(test.closed(), [2]);
    assert_eq!(test.acquire().await.unwrap_err().code, "resource.closed");
    drop(held);
    test.world.advancing(end).await.unwrap();
    assert_eq!(test.closed(), [2, 1]);
}

#[tokio::test]
async fn runs_with_other_grants_and_other_tenants_have_their_own() {
    let test = Test::new(ResourceKind::Shared);
    let granted = Permissions { items: vec!["net:a.de:443".parse().unwrap()], ..Permissions::default() };
    let one = test.acquired().await;
    let acquire = test.resources.acquire(&test.world.scope, granted, &test.instance);
    let other = test.world.advancing(acquire).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test is its own authoriser")]
    let stranger = Scope::of(TenantId::new("other").unwrap());
    let acquire = test.resources.acquire(&stranger, Permissions::default(), &test.instance);
    let third = test.world.advancing(acquire).await.unwrap();
    assert_eq!([of(&one), of(&other), of(&third)], [1, 2, 3]);
}
