//! What is valid is read exactly as serde reads the same JSON; what is not is refused without a panic.

use nebula_ports::{diagnostic::Diagnostic, model::Workflow};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::definition::{Decoded, decode, parse};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300_f64).prop_map(Value::from),
        (-1000..1000_i32).prop_map(|n| Value::from(f64::from(n))),
        ".{0,12}".prop_map(Value::from),
        "[ -~\t\n]{0,16}".prop_map(Value::from),
        select(
            &["null", "~", "yes", "1", "1.0", "- a", "# b", "a: b", "!expr x", "*a", "&a", "|", "'", "\"", "\\"][..]
        )
        .prop_map(Value::from),
    ]
}

fn data() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z~/ ]{0,4}", inner.clone(), 0..4).prop_map(|map| json!(map)),
            ".{0,12}".prop_map(|source| json!({ "$expr": source })),
            ".{0,12}".prop_map(|source| json!({ "$template": source })),
            inner.prop_map(|data| json!({ "$literal": data })),
        ]
    })
}

fn retry() -> impl Strategy<Value = Value> {
    let backoff = select(vec![
        json!({ "fixed": "5s" }),
        json!({ "exponential": "200ms" }),
        json!({ "exponential": "200ms", "max": "1m 30s" }),
    ]);
    (1..=100_u32, proptest::option::of(backoff), proptest::option::of(select(vec!["full", "none"]))).prop_map(
        |(attempts, backoff, jitter)| {
            let mut retry = json!({ "max_attempts": attempts });
            if let Some(backoff) = backoff {
                retry["backoff"] = backoff;
            }
            if let Some(jitter) = jitter {
                retry["jitter"] = jitter.into();
            }
            retry
        },
    )
}

fn node() -> impl Strategy<Value = Value> {
    (
        "[a-zA-Z_][a-zA-Z0-9_-]{0,8}",
        "[a-z]{1,5}\\.[a-z]{1,5}@[0-9]{1,2}(\\.[0-9])?",
        proptest::option::of(".{0,10}"),
        proptest::collection::btree_map("[a-z]{1,4}", data(), 0..4),
        proptest::collection::btree_map("[a-z]{1,4}", "[a-z][a-z0-9.]{0,5}", 0..2),
        proptest::option::of(retry()),
        proptest::option::of(select(vec!["10s", "1h 30m", "250ms"])),
    )
        .prop_map(|(id, action, name, parameters, credentials, retry, timeout)| {
            let mut node = json!({ "id": id, "action": action, "parameters": parameters, "credentials": credentials });
            if let Some(name) = name {
                node["name"] = name.into();
            }
            if let Some(retry) = retry {
                node["retry"] = retry;
            }
            if let Some(timeout) = timeout {
                node["timeout"] = timeout.into();
                node["deadline"] = timeout.into();
            }
            node
        })
}

fn workflow() -> impl Strategy<Value = Value> {
    let connection = ("[a-z]{1,3}", "[a-z]{1,3}", proptest::option::of(".{0,12}")).prop_map(|(from, to, when)| {
        let mut connection = json!({ "from": from, "to": to });
        if let Some(when) = when {
            connection["when"] = when.into();
        }
        connection
    });
    (
        proptest::collection::vec(node(), 0..4),
        proptest::collection::vec(connection, 0..4),
        proptest::option::of(data()),
        proptest::collection::btree_map("[a-z]{1,4}", scalar(), 0..3),
        proptest::option::of(1..100_u32),
    )
        .prop_map(|(nodes, connections, output, vars, max_parallel)| {
            let mut workflow = json!({
                "nebula": 1, "id": "t", "name": "T", "input": { "type": "object" },
                "vars": vars, "nodes": nodes, "connections": connections,
            });
            if let Some(output) = output {
                workflow["output"] = output;
            }
            if let Some(max_parallel) = max_parallel {
                workflow["settings"] = json!({ "timeout": "1h", "max_parallel": max_parallel });
            }
            workflow
        })
}

proptest! {
    #[test]
    fn json_is_read_as_serde_reads_it(value in workflow()) {
        let Ok(expected) = serde_json::from_value::<Workflow>(value.clone()) else {
            return Err(TestCaseError::reject("no workflow"));
        };
        let Decoded { workflow: decoded, diagnostics, .. } = decode(&value);
        prop_assert_eq!(decoded.as_ref(), Some(&expected), "{:?}", diagnostics);
        // The canonical form, and one that people would write, as YAML.
        for text in [expected.canonical_json(), serde_json::to_string_pretty(&value).unwrap()] {
            let parsed = parse(&text);
            prop_assert_eq!(parsed.workflow.as_ref(), Some(&expected), "{}\n{:?}", text, parsed.diagnostics);
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in "(?s).{0,200}") {
        let parsed = parse(&text);
        prop_assert!(parsed.workflow.is_some() || parsed.diagnostics.iter().any(Diagnostic::is_error));
    }

    #[test]
    fn any_text_like_yaml_gets_an_answer(
        parts in proptest::collection::vec(select(vec![
            "nebula: 1\n", "id: t\n", "nodes:\n", "- id: a\n", "  action: x.y@1\n", "  parameters:\n", "    a: ", "!expr ", "$input.x\n",
            "|\n", ">-\n", "      text\n", "&a ", "*a\n", "{", "}", "[", "]", ", ", "\"", "'", "\\", "\t", "---\n", "...\n", "é", "\u{1F600}", "? ", ": ", "\r\n",
        ]), 0..40)
    ) {
        let text = parts.concat();
        let parsed = parse(&text);
        for diagnostic in &parsed.diagnostics {
            if let Some(span) = diagnostic.span {
                prop_assert!(text.get(span.start..span.end).is_some(), "{:?} in {:?}", diagnostic, text);
            }
        }
    }

    #[test]
    fn any_json_gets_an_answer(value in data()) {
        let Decoded { workflow, diagnostics, .. } = decode(&value);
        prop_assert!(workflow.is_some() || diagnostics.iter().any(Diagnostic::is_error));
    }
}
