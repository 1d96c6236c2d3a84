//! Parse and evaluate a text, each engine with the limits its documentation offers set.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cases::{Dialect, ELEMENTS};

/// An engine: `Ok` when it gives a value, `Err` with its words when it refuses.
pub struct Engine {
    pub name: &'static str,
    pub dialect: Dialect,
    pub run: fn(&str) -> Result<(), String>,
}

pub const ENGINES: [Engine; 7] = [
    Engine { name: "nebula", dialect: Dialect::Nebula, run: nebula },
    Engine { name: "quickjs", dialect: Dialect::JavaScript, run: quickjs },
    Engine { name: "rhai", dialect: Dialect::Rhai, run: rhai },
    Engine { name: "datalogic", dialect: Dialect::JsonLogic, run: datalogic },
    Engine { name: "minijinja", dialect: Dialect::Jinja, run: minijinja },
    Engine { name: "cel", dialect: Dialect::Cel, run: cel },
    Engine { name: "jaq", dialect: Dialect::Jq, run: jaq },
];

/// What an engine may do where it counts: about what one evaluation here may cost.
const OPERATIONS: u64 = 1_000_000;
const BYTES: usize = 16 * 1024 * 1024;

fn document() -> Value {
    json!({ "xs": (0..ELEMENTS).collect::<Vec<_>>() })
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn nebula(text: &str) -> Result<(), String> {
    use nebula_expression::{Expression, Limits, Scope};
    struct Input(Value);
    impl Scope for Input {
        fn input(&self) -> Option<&Value> {
            Some(&self.0)
        }
    }
    let expression = Expression::parse(text).map_err(|errors| words(&errors[0]))?;
    let scope = Input(document());
    let value = expression.evaluate(&scope, &Limits::default());
    value.map(drop).map_err(words)
}

/// Memory and, since it does not count operations, one second.
fn quickjs(text: &str) -> Result<(), String> {
    use rquickjs::{Context, Function, Runtime, Value};
    let runtime = Runtime::new().map_err(words)?;
    runtime.set_memory_limit(BYTES);
    let deadline = Instant::now() + Duration::from_secs(1);
    runtime.set_interrupt_handler(Some(Box::new(move || Instant::now() > deadline)));
    let context = Context::full(&runtime).map_err(words)?;
    context.with(|ctx| {
        let document = ctx.json_parse(document().to_string()).map_err(words)?;
        let function: Function<'_> = ctx.eval(format!("(v) => {text}")).map_err(words)?;
        function.call::<_, Value<'_>>((document,)).map(drop).map_err(words)
    })
}

/// Depth is limited by default; operations and sizes by these.
fn rhai(text: &str) -> Result<(), String> {
    use rhai::{Dynamic, Engine};
    let mut engine = Engine::new();
    engine.set_max_operations(OPERATIONS).set_max_string_size(1_000_000).set_max_array_size(100_000);
    engine.eval::<Dynamic>(text).map(drop).map_err(words)
}

/// Depth is limited by default; there is nothing else to set.
fn datalogic(text: &str) -> Result<(), String> {
    use datalogic_rs::Engine;
    let engine = Engine::new();
    let logic = engine.compile(text).map_err(words)?;
    let mut session = engine.session();
    session.eval_borrowed(&logic, &document()).map(drop).map_err(words)
}

fn minijinja(text: &str) -> Result<(), String> {
    use minijinja::{Environment, Value, value::Serde};
    let mut environment = Environment::new();
    environment.set_fuel(Some(OPERATIONS));
    let expression = environment.compile_expression(text).map_err(words)?;
    expression.eval(Value::from(Serde(document()))).map(drop).map_err(words)
}

/// There is nothing to set.
fn cel(text: &str) -> Result<(), String> {
    use cel::{Context, Env, to_value};
    let env = std::sync::Arc::new(Env::stdlib());
    let program = env.compile(text).map_err(words)?;
    let mut context = Context::with_env(env);
    context.add_variable_from_value("xs", to_value(&document()["xs"]).map_err(words)?);
    program.execute(&context).map(drop).map_err(words)
}

/// There is nothing to set.
fn jaq(text: &str) -> Result<(), String> {
    use jaq_core::{
        Compiler, Ctx, Vars, data,
        load::{Arena, File, Loader},
        unwrap_valr,
    };
    use jaq_json::Val;
    use serde::Deserialize as _;
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules =
        Loader::new(defs).load(&arena, File { code: text, path: () }).map_err(|errors| format!("{errors:?}"))?;
    let filter = Compiler::default().with_funs(funs).compile(modules).map_err(|errors| format!("{errors:?}"))?;
    let input = Val::deserialize(document()).map_err(words)?;
    let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    for output in filter.id.run((ctx, input)).map(unwrap_valr) {
        output.map_err(words)?;
    }
    Ok(())
}
