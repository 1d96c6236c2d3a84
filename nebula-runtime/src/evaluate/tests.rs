use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{FutureExt as _, future::BoxFuture};
use nebula_expression::Template;
use serde_json::json;

use super::*;

struct Input(Value);

impl Scope for Input {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

fn expression(source: &str) -> Compiled {
    Compiled::Expression(Expression::parse(source).unwrap())
}

fn rows(count: usize) -> Input {
    Input(json!({ "rows": vec![json!({ "n": 1 }); count], "name": "x" }))
}

#[test]
fn the_weight_of_a_value_is_that_of_its_parts_with_the_sizes_of_what_they_read() {
    let value = Compiled::Object(vec![
        ("sum".to_owned(), expression("$input.rows.map(row => row.n).sum()")),
        (
            "both".to_owned(),
            Compiled::Array(vec![
                Compiled::Template(Template::parse("{{ $input.name }}!").unwrap()),
                Compiled::Literal(json!(1)),
            ]),
        ),
    ]);
    let (few, many) = (weight(&value, &rows(10)), weight(&value, &rows(20_000)));
    assert!(few < 1_000, "{few}");
    assert!(many > HEAVY, "{many}");
}

#[test]
fn what_is_known_to_be_too_much_is_refused_by_the_name_of_what_is_large() {
    let input = Input(json!({ "a": vec![1; 2_000], "b": vec![2; 3_000] }));
    let value = Compiled::Object(vec![("x".to_owned(), expression("$input.a.map(a => $input.b.count(b => b > 0))"))]);
    let failure = compute(&value, &input).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.pointer.as_deref()), ("expression.E0703", Some("/x")));
    assert!(failure.message.contains("`$input.b` is 3000"), "{}", failure.message);
    // Two thousand times a call, a path of two, and three thousand comparisons of three; and the call around it.
    assert!(failure.message.starts_with("the evaluation takes 18006003 steps or more"), "{}", failure.message);
    let when = Expression::parse("$input.a.all(a => $input.b.exists(b => a == b))").unwrap();
    // Where it may end early, it is counted.
    // Counting takes a while on a busy machine, and the time that one may take is not what is looked at.
    let limits = Limits { wall: nebula_expression::MAX_WALL, ..Limits::default() };
    let input = Input(json!({ "a": vec![3; 2_000], "b": vec![2; 3_000].into_iter().chain([3]).collect::<Vec<_>>() }));
    let failure = holds_within(&when, &input, &limits).unwrap_err();
    assert_eq!(failure.code, "expression.E0703");
    assert!(failure.message.contains("`$input.b` is 3001"), "{}", failure.message);
}

#[derive(Debug, Default)]
struct Counting(AtomicU32);

impl Spawner for Counting {
    fn spawn(&self, _: &'static str, _: BoxFuture<'static, ()>) {}

    fn blocking(&self, _: &'static str, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        async move {
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        }
        .boxed()
    }
}

#[tokio::test]
async fn work_off_the_thread_gives_its_value_or_a_failure() {
    let spawner = Counting::default();
    assert_eq!(off_thread(&spawner, || 1 + 1).await.unwrap(), 2);
    let failure = off_thread(&spawner, || -> u8 { panic!("as wanted") }).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Bug);
    assert_eq!(spawner.0.load(Ordering::Relaxed), 2);
}
