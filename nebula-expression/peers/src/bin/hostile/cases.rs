//! The hostile texts, in the spelling of each language.

/// Whose spelling is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Nebula,
    Cel,
    Rhai,
    Jinja,
    Jq,
    JsonLogic,
    JavaScript,
}

use Dialect::{Cel, JavaScript, Jinja, Jq, JsonLogic, Nebula, Rhai};

/// One hostile text; `None` where a language has no way to say it.
#[derive(Debug)]
pub struct Case {
    pub name: &'static str,
    pub text: fn(Dialect) -> Option<String>,
}

/// Elements of `xs` in the document of every engine.
pub const ELEMENTS: usize = 200;

pub const CASES: [Case; 8] = [
    Case { name: "2,000 parentheses", text: |dialect| nested(dialect, 2_000) },
    Case { name: "50,000 parentheses", text: |dialect| nested(dialect, 50_000) },
    Case { name: "100,000 terms of or", text: or },
    Case { name: "20,000 times not", text: not },
    Case { name: "20,000 open brackets", text: |dialect| Some(format!("{}{}", prefix(dialect), "[".repeat(20_000))) },
    Case { name: "20,000 nested lists", text: lists },
    Case { name: "maps in maps, 200⁴", text: maps },
    Case { name: "28 doublings of a text", text: doublings },
];

/// JSONLogic is JSON, so what is nested has to stand in an operator.
fn prefix(dialect: Dialect) -> &'static str {
    if dialect == JsonLogic { "{\"merge\": " } else { "" }
}

fn nested(dialect: Dialect, depth: usize) -> Option<String> {
    Some(match dialect {
        JsonLogic => format!("{}1{}", "{\"+\":[".repeat(depth), "]}".repeat(depth)),
        _ => format!("{}1{}", "(".repeat(depth), ")".repeat(depth)),
    })
}

fn or(dialect: Dialect) -> Option<String> {
    let terms = vec!["false"; 100_000];
    Some(match dialect {
        Jinja | Jq => terms.join(" or "),
        JsonLogic => format!("{{\"or\":[{}]}}", terms.join(",")),
        Nebula | Cel | Rhai | JavaScript => terms.join(" || "),
    })
}

fn not(dialect: Dialect) -> Option<String> {
    let count = 20_000;
    Some(match dialect {
        Jinja => format!("{}true", "not ".repeat(count)),
        Jq => format!("true{}", " | not".repeat(count)),
        JsonLogic => format!("{}true{}", "{\"!\":[".repeat(count), "]}".repeat(count)),
        Nebula | Cel | Rhai | JavaScript => format!("{}true", "!".repeat(count)),
    })
}

fn lists(dialect: Dialect) -> Option<String> {
    let lists = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    Some(if dialect == JsonLogic { format!("{{\"merge\":{lists}}}") } else { lists })
}

/// Four loops over the same list: 1.6 × 10⁹ elements.
fn maps(dialect: Dialect) -> Option<String> {
    Some(match dialect {
        Nebula => {
            "$input.xs.map(a => $input.xs.map(b => $input.xs.map(c => $input.xs.map(d => a + b + c + d))))".into()
        }
        Cel => "xs.map(a, xs.map(b, xs.map(c, xs.map(d, a + b + c + d))))".into(),
        // Its closures cannot borrow a list that they loop over from outside, so there is one in each.
        Rhai => {
            let list = format!("{:?}", (0..ELEMENTS).collect::<Vec<_>>());
            format!("{list}.map(|a| {list}.map(|b| {list}.map(|c| {list}.map(|d| a + b + c + d))))")
        }
        // Without lambdas and without loops in expressions.
        Jinja => return None,
        Jq => "[.xs[] as $a | .xs[] as $b | .xs[] as $c | .xs[] as $d | $a + $b + $c + $d]".into(),
        JsonLogic => {
            let list = format!("{:?}", (0..ELEMENTS).collect::<Vec<_>>());
            let map = |body: String| format!("{{\"map\":[{list},{body}]}}");
            map(map(map(map("{\"+\":[{\"var\":\"\"},1]}".into()))))
        }
        JavaScript => "v.xs.map(a => v.xs.map(b => v.xs.map(c => v.xs.map(d => a + b + c + d))))".into(),
    })
}

/// Ten bytes that would become 2.7 GB.
fn doublings(dialect: Dialect) -> Option<String> {
    let times = 28;
    let start = "aaaaaaaaaa";
    Some(match dialect {
        Nebula => format!("[\"{start}\"]{}", ".map(a => a + a)".repeat(times)),
        Cel => format!("[\"{start}\"]{}", ".map(a, a + a)".repeat(times)),
        Rhai => format!("[\"{start}\"]{}", ".map(|a| a + a)".repeat(times)),
        Jinja => format!("\"{start}\"{}", "|replace(\"a\", \"aa\")".repeat(times)),
        Jq => format!("\"{start}\"{}", " | . + .".repeat(times)),
        JsonLogic => (0..times).fold(format!("[\"{start}\"]"), |list, _| {
            format!("{{\"map\":[{list},{{\"cat\":[{{\"var\":\"\"}},{{\"var\":\"\"}}]}}]}}")
        }),
        JavaScript => format!("[\"{start}\"]{}", ".map(a => a + a)".repeat(times)),
    })
}
