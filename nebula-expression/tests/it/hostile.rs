//! Texts and data made to crash, hang or exhaust: each is answered, and soon.

pub(crate) mod cases;

use nebula_expression::{AnyScope, Expression, Limits, MAX_TEXT, MAX_WALL, Scope, Template};
use serde_json::{Value, json};

use crate::scope::Sample;

struct Input(Value);

impl Scope for Input {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

fn code(source: &str) -> &'static str {
    match Expression::parse(source) {
        Ok(expr) => match expr.evaluate(&Sample::new(), &Limits::default()) {
            Ok(_) => "fine",
            Err(error) => error.code,
        },
        Err(errors) => errors[0].code,
    }
}

#[test]
fn endless_nesting_is_refused() {
    for open in ["(", "[", "!", "-", "{a:", "size(", "$input[", "true ? ", "1 ? (", "[[1,", "$nodes[", "- !", "has(["] {
        assert_eq!(code(&open.repeat(50_000)), "E0701", "{open}");
        let fits = open.repeat(MAX_TEXT / open.len());
        assert_eq!(code(&fits), "E0702", "{open}");
    }
}

#[test]
fn nesting_up_to_the_limit_is_fine() {
    let nested = |n: usize| format!("{}1{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(code(&nested(32)), "fine");
    assert_eq!(code(&nested(33)), "E0702");
    let lists = |n: usize| format!("{}$now{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(code(&lists(32)), "fine");
    assert_eq!(code(&lists(33)), "E0702");
    // Operators add levels that no bracket shows.
    let mixed = |n: usize| format!("{}1{}", "(1 + 2 * ".repeat(n), ")".repeat(n));
    assert_eq!(code(&mixed(16)), "fine");
    assert_eq!(code(&mixed(17)), "E0702");
}

#[test]
fn long_chains_are_one_level() {
    for (link, last) in [
        ("true && ", "true"),
        ("false || ", "false"),
        ("null ?? ", "1"),
        ("1 + ", "1"),
        ("'a' + ", "'b'"),
        ("1 * ", "1"),
        ("false ? 1 : ", "2"),
    ] {
        let chain = |n: usize| format!("{}{last}", link.repeat(n));
        assert_eq!(code(&chain(100_000)), "E0701", "{link}");
        let fits = (MAX_TEXT - last.len()) / link.len();
        assert_eq!(code(&chain(fits)), "fine", "{link}");
    }
    let path = format!("$input{}", ".a".repeat(8_000));
    assert_eq!(code(&path), "E0503");
    let calls = format!("'a'{}", ".trim()".repeat(2_000));
    assert_eq!(code(&calls), "E0702");
}

#[test]
fn huge_numbers_and_rubbish_are_errors() {
    assert_eq!(code(&"9".repeat(10_000)), "E0105");
    assert_eq!(code(&format!("1e{}", "9".repeat(10_000))), "E0105");
    assert_eq!(code(&format!("0.{}1", "0".repeat(10_000))), "fine");
    for rubbish in ["#", "@ ", "$ ", ")", "]", "}", ".", "\\", "'", "\u{0}", "\u{202e}", "é#", "1 ", "a ", "==", "?"] {
        let text = rubbish.repeat(MAX_TEXT / rubbish.len());
        let errors = Expression::parse(&text).unwrap_err();
        assert!(errors.len() <= 25, "{rubbish}: {}", errors.len());
        let template = format!("{{{{{}}}}}", &text);
        assert!(Template::parse(&template).is_err(), "{rubbish}");
    }
}

#[test]
fn many_broken_expressions_in_a_template_are_few_errors() {
    let errors = Template::parse(&"{{ # }}".repeat(8_000)).unwrap_err();
    assert!(errors.len() <= 40, "{}", errors.len());
    let errors = Template::parse(&"{{".repeat(30_000)).unwrap_err();
    assert!(errors.len() <= 40, "{}", errors.len());
}

#[test]
fn copies_do_not_multiply() {
    let list: Vec<u64> = (0..10_000).collect();
    let scope = Input(json!({ "list": list }));
    let copies = format!("[{}]", vec!["$input.list"; 1_000].join(","));
    let refused =
        |source: &str, limits: Limits| Expression::parse(source).unwrap().evaluate(&scope, &limits).unwrap_err().code;
    assert_eq!(refused(&copies, Limits { wall: MAX_WALL, ..Limits::default() }), "E0703");
    assert_eq!(refused(&copies, Limits { cost: u64::MAX, wall: MAX_WALL, ..Limits::default() }), "E0706");
}

#[test]
fn searching_and_comparing_is_paid_for() {
    let list: Vec<u64> = (0..90_000).collect();
    let scope = Input(json!({"list": list, "same": list, "text": "a".repeat(900_000)}));
    // An unoptimised build is slow enough to meet the backstop of the clock first.
    let limits = Limits { wall: MAX_WALL, ..Limits::default() };
    let refused = |source: &str| Expression::parse(source).unwrap().evaluate(&scope, &limits).unwrap_err().code;
    let many = |term: &str, n: usize| vec![term; n].join(" && ");
    assert_eq!(refused(&many("!(-1 in $input.list)", 30)), "E0703");
    assert_eq!(refused(&many("$input.list == $input.same", 30)), "E0703");
    assert_eq!(refused(&many("!contains($input.text, 'b')", 60)), "E0703");
    assert_eq!(refused("$input.text + $input.text"), "E0704");
}

#[test]
fn deep_data_cannot_exhaust_the_stack() {
    let deep = |levels: usize| {
        let mut value = json!(1);
        for _ in 0..levels {
            value = json!([value]);
        }
        value
    };
    // Deeper than what is allowed, and shallow enough for the test to drop it.
    let scope = Input(json!({"a": deep(1_000), "b": deep(1_000)}));
    let evaluate = |source: &str| {
        Expression::parse(source).unwrap().evaluate(&scope, &Limits::default()).map_err(|e| e.code).map(|_| ())
    };
    assert_eq!(evaluate("$input.a == $input.b"), Err("E0707"));
    assert_eq!(evaluate("[$input.a]"), Err("E0707"));
    assert_eq!(evaluate("$input.a"), Ok(()));
}

#[test]
fn what_is_made_to_take_long_is_answered() {
    let mut wrong = Vec::new();
    for (name, source, expected) in cases::cases() {
        assert!(source.len() <= MAX_TEXT, "{name}: {}", source.len());
        let found = match Expression::parse(&source) {
            Err(errors) => errors[0].code,
            Ok(expr) => {
                // Types, costs and the spelling are found within bounds as well.
                let checked = expr.check(&AnyScope);
                assert!(checked.errors.len() <= 1_000, "{name}");
                let estimate = expr.estimate(&Sample::new());
                let canonical = expr.to_canonical();
                assert!(canonical.len() > MAX_TEXT || Expression::parse(&canonical).is_ok(), "{name}");
                // An unoptimised build is slow enough to meet the backstop of the clock first.
                let limits = Limits { wall: MAX_WALL, ..Limits::default() };
                let (value, spent) = expr.evaluate_counted(&Sample::new(), &limits);
                assert!(!estimate.exact || estimate.units >= spent, "{name}: {estimate:?} < {spent}");
                value.err().map_or("", |error| error.code)
            }
        };
        if found != expected {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
        let _ = nebula_expression::analyze(&source, &AnyScope);
        let _ = Template::parse(&format!("a {{{{ {source} }}}}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
