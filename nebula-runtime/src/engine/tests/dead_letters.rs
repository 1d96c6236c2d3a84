//! Executions that nothing comes of, however often they are taken up.

use super::*;

const SLEEP: &str = "nebula: 1\nid: d\nnodes:\n  - { id: sleep, action: test.delay@1, parameters: { seconds: 720000 } }\noutput: !expr $nodes.sleep.result\n";

/// A parked execution that workers have claimed so often, each of which died of it.
async fn claimed_in_vain(world: &World, engine: &Engine, times: u32) -> ExecutionId {
    let request = world.request(engine, SLEEP, json!({}));
    let started = world.advancing(engine.start(&world.scope, request)).await.unwrap();
    world.settle().await;
    for _ in 0..times {
        steal(world, started.id).await;
    }
    started.id
}

async fn status(world: &World, id: ExecutionId) -> (ExecutionStatus, u32) {
    let record = world.ports.executions.get(&world.scope, id).await.unwrap().unwrap();
    (record.status, record.claims_without_progress)
}

#[tokio::test]
async fn after_as_many_claims_as_may_be_it_is_put_away_and_not_before() {
    let world = World::new([delay()]);
    let engine = world.engine();
    let most = world.config.max_claims_without_progress;
    let id = claimed_in_vain(&world, &engine, most - 1).await;
    world.settle().await;
    assert_eq!(status(&world, id).await, (ExecutionStatus::Waiting, most - 1), "it was driven, and handed back");
    steal(&world, id).await;
    let end = world.advancing(engine.wait(&world.scope, id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::DeadLetter);
    assert!(end.waiting_for.as_deref().is_some_and(|reason| reason.contains("5 times")), "{end:?}");
    let journal = outline(&world.journal(id).await);
    assert_eq!(journal.last().map(String::as_str), Some("dead_lettered"), "{journal:?}");
    assert_eq!(status(&world, id).await, (ExecutionStatus::DeadLetter, 0));
}

#[tokio::test]
async fn its_journal_is_not_read_by_whoever_puts_it_away() {
    let world = World::new([delay()]);
    let id = claimed_in_vain(&world, &world.engine(), 5).await;
    // A program that could not make anything of it would leave it waiting, with that as the reason.
    let catalogue = Arc::new(Catalogue::new([echo()]).unwrap());
    let stranger = Engine::launch(world.ports.clone(), catalogue, world.config);
    let end = world.advancing(stranger.wait(&world.scope, id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::DeadLetter);
}

#[tokio::test]
async fn a_dead_letter_that_somebody_resumes_goes_on_to_its_end() {
    let world = World::new([delay()]);
    let engine = world.engine();
    let id = claimed_in_vain(&world, &engine, 5).await;
    let end = world.advancing(engine.wait(&world.scope, id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::DeadLetter);
    engine.resume(&world.scope, id).await.unwrap();
    let end = world.advancing(engine.wait(&world.scope, id)).await.unwrap();
    assert_eq!((end.status, end.output.as_deref()), (ExecutionStatus::Completed, Some(&json!("slept"))));
}

#[tokio::test]
async fn a_dead_letter_that_is_cancelled_ends_without_being_taken_up() {
    let world = World::new([delay()]);
    let engine = world.engine();
    let id = claimed_in_vain(&world, &engine, 5).await;
    world.advancing(engine.wait(&world.scope, id)).await.unwrap();
    let catalogue = Arc::new(Catalogue::new([echo()]).unwrap());
    let stranger = Engine::launch(world.ports.clone(), catalogue, world.config);
    stranger.request(&world.scope, id, Request::Cancel { reason: "enough".to_owned() }).await.unwrap();
    let end = world.advancing(stranger.wait(&world.scope, id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Cancelled);
    let journal = outline(&world.journal(id).await);
    assert_eq!(journal[journal.len() - 3..], ["dead_lettered", "cancel_requested", "execution_finished"]);
}
