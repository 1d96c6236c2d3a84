//! The expression language of Nebula workflows: small, total, and about null it never guesses.
//!
//! Expressions read workflow data through roots (`$input`, `$nodes.<id>.result`, `$vars`, …),
//! compare, calculate and choose; templates put their values into text. There are no loops, no
//! assignments, no input or output, and no way to a secret. The crate knows nothing of engines: who
//! evaluates brings the data, as a [`Scope`] over borrowed JSON.
//!
//! ```
//! use nebula_expression::{Expression, Limits, NodeView, Root, Scope};
//! use serde_json::{Value, json};
//!
//! struct Run {
//!     order: Value,
//! }
//!
//! impl Scope for Run {
//!     fn node(&self, id: &str) -> Option<NodeView<'_>> {
//!         let result = (id == "fetch-order").then_some(&self.order)?;
//!         Some(NodeView { result: Some(result), error: None, status: "completed", attempts: 1, port: None })
//!     }
//! }
//!
//! let run = Run { order: json!({"total": 120.5, "customer": {"tier": "gold"}}) };
//! let limits = Limits::default();
//!
//! let rebate = Expression::parse(
//!     "$nodes.fetch-order.result.customer.tier == 'gold' ? $nodes.fetch-order.result.total * 0.1 : 0",
//! )
//! .unwrap();
//! assert_eq!(*rebate.evaluate(&run, &limits).unwrap(), json!(12.05));
//! assert_eq!(rebate.paths()[0].root, Root::Nodes);
//! assert_eq!(rebate.paths()[0].node.as_deref(), Some("fetch-order"));
//!
//! // What is missing is an error with a way out, never the text "undefined".
//! let coupon = Expression::parse("$nodes.fetch-order.result.cupon.code").unwrap();
//! let error = coupon.evaluate(&run, &limits).unwrap_err();
//! assert_eq!(error.code, "E0203");
//! assert_eq!(error.label, "it has: customer, total");
//! let coupon = Expression::parse("$nodes.fetch-order.result.cupon?.code ?? 'none'").unwrap();
//! assert_eq!(*coupon.evaluate(&run, &limits).unwrap(), json!("none"));
//! ```
//!
//! # The language in short
//!
//! | | |
//! |---|---|
//! | roots | `$input` `$nodes.<id>.(result\|error\|status\|success\|attempts\|skipped\|port)` `$item` `$index` `$trigger` `$execution.(id\|started_at)` `$workflow.(id\|version)` `$vars.<name>` `$now` |
//! | values | `null` `true` `12` `1.5e3` `"text"` `'text'` `r"\d+"` `f"n: {{ $input.n }}"` `[1, 2]` `{a: 1, "b c": 2}` |
//! | members | `a.b` `a["b c"]` `a[0]` `a[$index]`, null-safe `a?.b` `a?.[0]` |
//! | operators, loosest first | `c ? a : b`, `??`, `\|\|`, `&&`, `== != < <= > >= in`, `+ -`, `* / %`, `! -` |
//! | names | `let x = 1 in x + 1`, and in functions: `xs.filter(x => x.qty > 5)`, `xs.fold(0, (sum, x) => sum + x)` |
//! | functions | see [`functions()`]; `f(x)` and `x.f()` are the same |
//!
//! - **Null and missing.** A missing member is an error. `a?.b` is null when `a` is null or missing or
//!   has no `b`, and the members after it are not read when `a` is; `x ?? d` is `d` when `x` is null or
//!   missing anywhere along its path. Null itself can be passed on and compared with `==`, but no
//!   operator, function or text takes it.
//! - **Numbers.** One type: integers are exact within 64 bits and overflow is an error; with a fraction
//!   they are doubles. `/` divides truly, whole results print as integers, NaN and infinity are errors.
//! - **Conditions** are `true` or `false` and nothing else; `&&`, `||` and `? :` evaluate what they need.
//! - **Equality** is deep and never converts; order is for two numbers, two strings (by code point), two
//!   timestamps or two durations. `+` adds numbers, texts, lists and lengths of time.
//! - **`in`** looks for an element of a list, a key of an object, or a part of a string.
//! - **Time.** `$now`, also written `now()`, is the instant the engine has journaled. Timestamps and
//!   durations are values of their own while an expression is evaluated; they leave it as RFC 3339 and
//!   ISO 8601 text. Zones come from a bundled database, so every machine gives the same answer.
//! - **Errors** have a stable code ([`codes`]), a place in bytes, and a help; parsing reports all at once.
//! - **Limits.** Texts: [`MAX_TEXT`], [`MAX_TEMPLATE`], [`MAX_DEPTH`]; evaluations: [`Limits`].
//!
//! # Before the run
//!
//! [`Expression::check`] finds the type of an expression from the types of what it reads (a
//! [`TypeScope`], mostly made from JSON Schemas by [`Type::from_schema`]), and every mistake they show: a
//! member that does not exist or need not be there, an operator that takes no such value, a text that
//! an enum does not have. [`Expression::cost`] says how the work grows with the data.
//!
//! ```
//! use nebula_expression::{Expression, Root, Slot, Type, TypeScope};
//! use serde_json::json;
//!
//! struct Orders;
//!
//! impl TypeScope for Orders {
//!     fn root(&self, root: Root) -> Option<Slot> {
//!         let schema = json!({
//!             "type": "object",
//!             "required": ["items"],
//!             "properties": {"items": {"type": "array", "items": {
//!                 "type": "object",
//!                 "required": ["qty"],
//!                 "properties": {"qty": {"type": "integer"}, "note": {"type": "string"}},
//!             }}},
//!         });
//!         (root == Root::Input).then(|| Slot::always(Type::from_schema(&schema)))
//!     }
//!
//!     fn node(&self, _: &str) -> Option<Slot> {
//!         None
//!     }
//! }
//!
//! let many = Expression::parse("$input.items.filter(i => i.qty > 5).map(i => i.qty)").unwrap();
//! assert_eq!(many.check(&Orders).ty.to_string(), "list<integer>");
//! assert!(many.cost().to_string().contains("|$input.items|"));
//!
//! let notes = Expression::parse("$input.items.map(i => i.note.upper())").unwrap().check(&Orders);
//! assert_eq!(notes.errors[0].code, "E0305");
//! assert_eq!(notes.errors[0].message, "`i.note` may be absent: `note` is not required");
//! ```
//!
//! [`complete`], [`hover`] and [`analyze`] do the same for texts that are not finished yet.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod ast;
mod check;
mod code;
mod cost;
mod editor;
mod encode;
mod error;
mod eval;
mod expression;
mod function;
mod lex;
mod limits;
mod nearest;
mod number;
mod parse;
mod path;
mod pattern;
mod print;
mod proposition;
mod reads;
mod scope;
mod span;
mod template;
mod time;
pub mod ty;
mod val;

pub use check::{AnyScope, Checked, Presence, Slot, TypeScope, execution_type};
pub use code::{Code, codes, explain};
pub use cost::{Cost, Estimate};
pub use editor::{
    Completion, CompletionKind, Completions, Hover, analyze, analyze_template, complete, complete_template, hover,
    hover_template,
};
pub use error::ExprError;
pub use expression::Expression;
pub use function::{Function, Topic, functions};
pub use limits::{Limits, MAX_COST, MAX_DEPTH, MAX_TEMPLATE, MAX_TEXT, MAX_WALL};
pub use nearest::nearest;
pub use path::{NodeField, PathRef, Root, Segment};
pub use proposition::Proposition;
pub use scope::{NodeView, Scope};
pub use span::Span;
pub use template::Template;
pub use ty::Type;
