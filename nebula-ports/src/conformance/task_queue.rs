//! The contract of [`TaskQueue`] as cases.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, future::join};

use crate::{
    conformance::{Cx, suite},
    error::ErrorKind,
    task_queue::{Delivery, Receipt, Task, TaskQueue},
};

suite! {
    /// The contract of a queue of hints. Cases make no demand on order, and allow a task that waits already to be merged.
    "task_queue", dyn TaskQueue, [
        an_empty_queue_gives_nothing,
        a_task_is_delivered_and_gone_after_its_ack,
        a_delayed_task_is_not_visible_before_its_time,
        a_delivered_task_is_invisible_to_others,
        a_delivery_that_times_out_comes_again_with_another_receipt,
        a_delivery_that_timed_out_cannot_be_settled,
        a_settled_delivery_cannot_be_settled_again,
        an_old_receipt_does_not_touch_a_later_delivery,
        an_unknown_receipt_is_lost,
        extending_counts_from_now,
        a_task_given_back_comes_again_after_its_delay,
        a_task_given_back_too_often_is_a_dead_letter,
        a_task_that_times_out_too_often_is_a_dead_letter,
        a_task_enqueued_while_it_is_worked_on_is_delivered_again,
        a_task_enqueued_twice_while_it_waits_is_not_lost,
        an_earlier_time_wins_over_a_later_one,
        a_waiting_worker_gets_what_is_enqueued_meanwhile,
        a_waiting_worker_gets_a_task_when_its_delay_ends,
        a_waiting_worker_gets_what_another_one_let_time_out,
        waiting_ends_with_nothing_after_its_time,
        dropping_a_waiting_worker_loses_nothing,
        the_length_counts_tasks_until_they_are_settled,
        many_workers_share_the_tasks_and_lose_none,
    ]
}

type Case = Cx<dyn TaskQueue>;

/// Long enough not to end by itself where time is real.
const LONG: Duration = Duration::from_secs(60);
/// Short enough to wait for where time is real.
const SHORT: Duration = Duration::from_secs(1);
/// Certainly after [`SHORT`].
const AFTER_SHORT: Duration = Duration::from_millis(1200);

fn task(cx: &Case) -> Task {
    Task { execution: cx.ids.execution_id() }
}

/// A fresh task that is in the queue.
async fn enqueued(cx: &Case) -> Task {
    let task = task(cx);
    cx.port.enqueue(task.clone(), Duration::ZERO).await.unwrap();
    task
}

/// What is visible now.
async fn take(cx: &Case, visibility: Duration) -> Option<Delivery> {
    cx.port.dequeue(Duration::ZERO, visibility).await.unwrap()
}

async fn assert_lost(cx: &Case, receipt: Receipt) {
    assert_eq!(cx.port.ack(receipt).await.unwrap_err().kind(), ErrorKind::LeaseLost, "ack");
    assert_eq!(cx.port.nack(receipt, Duration::ZERO).await.unwrap_err().kind(), ErrorKind::LeaseLost, "nack");
    assert_eq!(cx.port.extend(receipt, LONG).await.unwrap_err().kind(), ErrorKind::LeaseLost, "extend");
}

async fn an_empty_queue_gives_nothing(cx: Case) {
    assert_eq!(take(&cx, LONG).await, None);
    assert_eq!(cx.port.dead_letters().await.unwrap(), []);
    assert!(cx.port.is_empty().await.unwrap());
}

async fn a_task_is_delivered_and_gone_after_its_ack(cx: Case) {
    let task = enqueued(&cx).await;
    let delivery = take(&cx, SHORT).await.expect("it is visible");
    assert_eq!((&delivery.task, delivery.attempt), (&task, 1));
    cx.port.ack(delivery.receipt).await.unwrap();
    cx.elapse(AFTER_SHORT).await;
    assert_eq!(take(&cx, LONG).await, None);
}

async fn a_delayed_task_is_not_visible_before_its_time(cx: Case) {
    let task = task(&cx);
    cx.port.enqueue(task.clone(), SHORT).await.unwrap();
    assert_eq!(take(&cx, LONG).await, None);
    cx.elapse(AFTER_SHORT).await;
    assert_eq!(take(&cx, LONG).await.expect("its time has come").task, task);
}

async fn a_delivered_task_is_invisible_to_others(cx: Case) {
    enqueued(&cx).await;
    take(&cx, LONG).await.expect("it is visible");
    assert_eq!(take(&cx, LONG).await, None);
}

async fn a_delivery_that_times_out_comes_again_with_another_receipt(cx: Case) {
    let task = enqueued(&cx).await;
    let first = take(&cx, SHORT).await.expect("it is visible");
    cx.elapse(AFTER_SHORT).await;
    let second = take(&cx, LONG).await.expect("nobody settled it");
    assert_eq!((second.task, second.attempt), (task, 2));
    assert_ne!(second.receipt, first.receipt);
}

async fn a_delivery_that_timed_out_cannot_be_settled(cx: Case) {
    enqueued(&cx).await;
    let delivery = take(&cx, SHORT).await.expect("it is visible");
    cx.elapse(AFTER_SHORT).await;
    assert_lost(&cx, delivery.receipt).await;
    assert!(take(&cx, LONG).await.is_some(), "it comes again");
}

async fn a_settled_delivery_cannot_be_settled_again(cx: Case) {
    enqueued(&cx).await;
    let delivery = take(&cx, LONG).await.expect("it is visible");
    cx.port.ack(delivery.receipt).await.unwrap();
    assert_lost(&cx, delivery.receipt).await;
    enqueued(&cx).await;
    let delivery = take(&cx, LONG).await.expect("it is visible");
    cx.port.nack(delivery.receipt, LONG).await.unwrap();
    assert_lost(&cx, delivery.receipt).await;
}

async fn an_old_receipt_does_not_touch_a_later_delivery(cx: Case) {
    enqueued(&cx).await;
    let old = take(&cx, SHORT).await.expect("it is visible");
    cx.elapse(AFTER_SHORT).await;
    let new = take(&cx, LONG).await.expect("it timed out");
    assert_lost(&cx, old.receipt).await;
    assert_eq!(take(&cx, LONG).await, None, "the later one still holds it");
    cx.port.ack(new.receipt).await.unwrap();
}

async fn an_unknown_receipt_is_lost(cx: Case) {
    assert_lost(&cx, Receipt(cx.ids.uuid())).await;
}

async fn extending_counts_from_now(cx: Case) {
    enqueued(&cx).await;
    let delivery = take(&cx, SHORT).await.expect("it is visible");
    cx.port.extend(delivery.receipt, SHORT + SHORT).await.unwrap();
    cx.elapse(AFTER_SHORT).await;
    assert_eq!(take(&cx, LONG).await, None, "it was extended");
    cx.elapse(AFTER_SHORT).await;
    assert_eq!(take(&cx, LONG).await.expect("the extension has ended").attempt, 2);
}

async fn a_task_given_back_comes_again_after_its_delay(cx: Case) {
    let task = enqueued(&cx).await;
    let delivery = take(&cx, LONG).await.expect("it is visible");
    cx.port.nack(delivery.receipt, SHORT).await.unwrap();
    assert_eq!(take(&cx, LONG).await, None, "its delay runs");
    cx.elapse(AFTER_SHORT).await;
    let again = take(&cx, LONG).await.expect("its delay has ended");
    assert_eq!((again.task, again.attempt), (task, 2));
}

/// More deliveries than any driver should allow.
const ENOUGH: u32 = 1000;

async fn a_task_given_back_too_often_is_a_dead_letter(cx: Case) {
    let task = enqueued(&cx).await;
    for attempt in 1..=ENOUGH {
        let Some(delivery) = take(&cx, LONG).await else { break };
        assert_eq!(delivery.attempt, attempt);
        cx.port.nack(delivery.receipt, Duration::ZERO).await.unwrap();
    }
    assert_eq!(cx.port.dead_letters().await.unwrap(), [task]);
    assert!(cx.port.is_empty().await.unwrap(), "it is not delivered any more");
    cx.elapse(AFTER_SHORT).await;
    assert_eq!(take(&cx, LONG).await, None);
}

async fn a_task_that_times_out_too_often_is_a_dead_letter(cx: Case) {
    let task = enqueued(&cx).await;
    // Very short, so that little time has to pass where it is real.
    for _ in 0..ENOUGH {
        let Some(delivery) = take(&cx, Duration::from_millis(1)).await else { break };
        cx.elapse(Duration::from_millis(5)).await;
        assert_eq!(cx.port.ack(delivery.receipt).await.unwrap_err().kind(), ErrorKind::LeaseLost);
    }
    assert_eq!(cx.port.dead_letters().await.unwrap(), [task]);
    assert_eq!(take(&cx, LONG).await, None);
}

async fn a_task_enqueued_while_it_is_worked_on_is_delivered_again(cx: Case) {
    let task = enqueued(&cx).await;
    let first = take(&cx, LONG).await.expect("it is visible");
    cx.port.enqueue(task.clone(), Duration::ZERO).await.unwrap();
    cx.port.ack(first.receipt).await.unwrap();
    let second = take(&cx, LONG).await.expect("it tells of something later than the first");
    assert_eq!(second.task, task);
    cx.port.ack(second.receipt).await.unwrap();
    assert!(cx.port.is_empty().await.unwrap());
}

async fn a_task_enqueued_twice_while_it_waits_is_not_lost(cx: Case) {
    let task = enqueued(&cx).await;
    cx.port.enqueue(task.clone(), Duration::ZERO).await.unwrap();
    let mut deliveries = 0;
    while let Some(delivery) = take(&cx, LONG).await {
        assert_eq!(delivery.task, task);
        cx.port.ack(delivery.receipt).await.unwrap();
        deliveries += 1;
    }
    assert!((1..=2).contains(&deliveries), "{deliveries}");
}

async fn an_earlier_time_wins_over_a_later_one(cx: Case) {
    let task = task(&cx);
    cx.port.enqueue(task.clone(), LONG).await.unwrap();
    cx.port.enqueue(task.clone(), Duration::ZERO).await.unwrap();
    assert_eq!(take(&cx, LONG).await.expect("the second one is visible").task, task);
    let other = Task { execution: cx.ids.execution_id() };
    cx.port.enqueue(other.clone(), Duration::ZERO).await.unwrap();
    cx.port.enqueue(other.clone(), LONG).await.unwrap();
    assert_eq!(take(&cx, LONG).await.expect("the first one is visible").task, other);
}

async fn a_waiting_worker_gets_what_is_enqueued_meanwhile(cx: Case) {
    let waiting = cx.port.dequeue(LONG, LONG);
    let (delivery, task) = join(waiting, enqueued(&cx)).await;
    assert_eq!(delivery.unwrap().expect("it came while one waited").task, task);
}

async fn a_waiting_worker_gets_a_task_when_its_delay_ends(cx: Case) {
    let task = task(&cx);
    cx.port.enqueue(task.clone(), SHORT).await.unwrap();
    let (delivery, ()) = join(cx.port.dequeue(LONG, LONG), cx.elapse(AFTER_SHORT)).await;
    assert_eq!(delivery.unwrap().expect("its time came while one waited").task, task);
}

async fn a_waiting_worker_gets_what_another_one_let_time_out(cx: Case) {
    let task = enqueued(&cx).await;
    take(&cx, SHORT).await.expect("it is visible");
    let (delivery, ()) = join(cx.port.dequeue(LONG, LONG), cx.elapse(AFTER_SHORT)).await;
    let delivery = delivery.unwrap().expect("it timed out while one waited");
    assert_eq!((delivery.task, delivery.attempt), (task, 2));
}

async fn waiting_ends_with_nothing_after_its_time(cx: Case) {
    let (delivery, ()) = join(cx.port.dequeue(SHORT, LONG), cx.elapse(AFTER_SHORT)).await;
    assert_eq!(delivery.unwrap(), None);
}

async fn dropping_a_waiting_worker_loses_nothing(cx: Case) {
    for _ in 0..20 {
        let waiting = cx.port.dequeue(LONG, LONG);
        // Waits a little, and goes away just when something comes.
        let mut waiting = Box::pin(waiting);
        assert!((&mut waiting).now_or_never().is_none_or(|delivery| delivery.unwrap().is_none()));
        let task = enqueued(&cx).await;
        drop(waiting);
        let delivery = cx.port.dequeue(LONG, LONG).await.unwrap().expect("it is still there");
        assert_eq!(delivery.task, task);
        cx.port.ack(delivery.receipt).await.unwrap();
    }
    assert!(cx.port.is_empty().await.unwrap());
}

async fn the_length_counts_tasks_until_they_are_settled(cx: Case) {
    enqueued(&cx).await;
    let delayed = task(&cx);
    cx.port.enqueue(delayed, LONG).await.unwrap();
    assert_eq!(cx.port.len().await.unwrap(), 2);
    let delivery = take(&cx, LONG).await.expect("one is visible");
    assert_eq!(cx.port.len().await.unwrap(), 2);
    cx.port.nack(delivery.receipt, Duration::ZERO).await.unwrap();
    assert_eq!(cx.port.len().await.unwrap(), 2);
    let delivery = take(&cx, LONG).await.expect("it came back");
    cx.port.ack(delivery.receipt).await.unwrap();
    assert_eq!(cx.port.len().await.unwrap(), 1);
}

async fn many_workers_share_the_tasks_and_lose_none(cx: Case) {
    const TASKS: usize = 200;
    const WORKERS: usize = 8;
    let tasks: Vec<_> = (0..TASKS).map(|_| task(&cx)).collect();
    // Everything is in before the workers look, so that an empty queue means the end.
    for task in &tasks {
        cx.port.enqueue(task.clone(), Duration::ZERO).await.unwrap();
    }
    let worker = |port: Arc<dyn TaskQueue>| {
        async move {
            let mut seen = Vec::new();
            while !port.is_empty().await.unwrap() {
                // Those in other hands are not visible, and soon settled.
                let Some(delivery) = port.dequeue(Duration::ZERO, LONG).await.unwrap() else {
                    tokio::task::yield_now().await;
                    continue;
                };
                assert_eq!(delivery.attempt, 1, "nobody else had it");
                port.ack(delivery.receipt).await.unwrap();
                seen.push(delivery.task);
            }
            seen
        }
        .boxed()
    };
    let seen = cx.at_once((0..WORKERS).map(|_| worker(Arc::clone(&cx.port)))).await;
    let mut times = BTreeMap::new();
    for task in seen.into_iter().flatten() {
        *times.entry(task.execution).or_insert(0) += 1;
    }
    assert_eq!(times.len(), TASKS);
    assert!(times.values().all(|times| *times == 1), "each was delivered once");
    assert!(tasks.iter().all(|task| times.contains_key(&task.execution)));
}
