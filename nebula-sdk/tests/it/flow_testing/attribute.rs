//! `#[nebula_sdk::test]`: seeds, the executor, and what a test that fails says.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

static SEEDS: AtomicU64 = AtomicU64::new(0);

#[nebula_sdk::test(seed = 7)]
async fn hot_days_are_announced(t: TestFlow) {
    let run = t
        .flow(ALERT)
        .action::<Wait>()
        .mock_seq::<FetchWeather>([
            Err(ActionError::transient("weather.busy", "busy")),
            hot(City { name: String::new() }),
        ])
        .mock::<Post>(|_| Ok(Sent { id: 1 }))
        .run(oslo())
        .await;
    assert_eq!((run.calls::<Post>().len(), run.seed()), (1, 7));
}

#[nebula_sdk::test(seeds = 3..=5)]
async fn each_seed_has_its_run(t: TestFlow) -> Result<()> {
    let run = t.flow(LOOK).mock::<Look>(|_| Ok("fine".into())).run(json!({ "url": "https://one.example/" })).await;
    SEEDS.fetch_add(run.seed(), Ordering::SeqCst);
    // The last of them sees what the others did: one process may run this test only.
    assert!([3, 7, 12].contains(&SEEDS.load(Ordering::SeqCst)));
    Ok(())
}

#[nebula_sdk::test]
#[should_panic(expected = "nothing runs beside it")]
async fn what_is_outside_of_the_test_is_not_waited_for(_: TestFlow) {
    std::future::pending::<()>().await;
}

#[nebula_sdk::test(seeds = 0..9)]
#[ignore = "fails on purpose: the next test looks at what it prints"]
async fn fails_with_one_of_its_seeds(t: TestFlow) -> Result<()> {
    let run = t.flow(LOOK).mock::<Look>(|_| Ok("fine".into())).run(json!({ "url": "https://one.example/" })).await;
    if run.seed() == 4 { Err(ActionError::permanent("test.four", "it is four")) } else { Ok(()) }
}

#[test]
fn the_seed_that_failed_is_told() {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--ignored", "--exact", "flow_testing::attribute::fails_with_one_of_its_seeds"];
    let output = std::process::Command::new(this).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{text}");
    assert!(text.contains("fails_with_one_of_its_seeds` failed with the seed 4; `seed = 4` runs it alone"), "{text}");
    assert!(text.contains("the test gives back an error") && text.contains("it is four"), "{text}");
}
