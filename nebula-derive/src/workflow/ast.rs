//! A workflow as it was written, by the macro or by the derive.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, LitStr, Pat, Path, Type};

use crate::attr::{node::NodeAttr, trigger::TriggerAttr, workflow::WorkflowAttr};

/// The whole.
pub(super) struct Workflow {
    /// From the doc comment.
    pub(super) description: Option<String>,
    /// `None` when it is wrong, which is told.
    pub(super) id: Option<LitStr>,
    /// What the input is called; `None` for `_`.
    pub(super) input: Option<Ident>,
    /// `None` when it is wrong, which is told.
    pub(super) input_type: Option<Type>,
    /// `None` when it is wrong, or found by the compiler.
    pub(super) output_type: Option<Type>,
    /// The type is that of the value.
    pub(super) is_inferred: bool,
    pub(super) settings: WorkflowAttr,
    pub(super) body: Body,
}

/// Statements, and what they come to.
#[derive(Default)]
pub(super) struct Body {
    /// What starts the workflow by itself: only of the outermost.
    pub(super) triggers: Vec<Trigger>,
    pub(super) statements: Vec<Statement>,
    pub(super) value: Option<Value>,
    /// Where a value is missed.
    pub(super) end: Option<Span>,
}

/// One statement.
pub(super) enum Statement {
    Step(Box<Step>),
    Loop(Box<Loop>),
    Let(Box<Let>),
    Const(Box<Const>),
    Choice(Choice),
}

/// What has a value.
pub(super) enum Value {
    Expr(Expr),
    Choice(Box<Choice>),
}

/// Branches of which one is taken.
pub(super) enum Choice {
    If(Box<If>),
    Match(Match),
    Outcome(Box<Outcome>),
    Caught(Box<Caught>),
}

/// What has a name that is known behind it.
#[derive(Clone, Copy)]
pub(super) enum Named<'a> {
    Step(&'a Step),
    Loop(&'a Loop),
}

/// `fetch = FetchWeather { name: city.name } with (timeout = "10s");`
pub(super) struct Step {
    pub(super) name: Ident,
    pub(super) calls: Callee,
    pub(super) parameters: Vec<Parameter>,
    /// Some of the parameters could not be read.
    pub(super) is_broken: bool,
    pub(super) options: NodeAttr,
    /// The type of the field that it is; what is said of it stands above it.
    pub(super) field: Option<Type>,
}

/// What a step calls.
pub(super) enum Callee {
    Action(Type),
    /// `with_tax()`
    Workflow(Expr),
}

/// `lines = for order in input.orders { .. } with (concurrency = 8);`
pub(super) struct Loop {
    pub(super) name: Ident,
    pub(super) keyword: Span,
    /// What an item is called; `None` for `_`.
    pub(super) item: Option<Ident>,
    /// What its place in the list is called.
    pub(super) index: Option<Ident>,
    /// `None` when it could not be read.
    pub(super) list: Option<Expr>,
    pub(super) body: Body,
    /// What it gives cannot be told.
    pub(super) is_broken: bool,
    pub(super) options: NodeAttr,
    /// The type of the field that it is.
    pub(super) field: Option<Type>,
}

/// `name: city.name`
pub(super) struct Parameter {
    pub(super) name: Ident,
    /// `None` when it could not be read.
    pub(super) value: Option<Expr>,
}

/// `let warm = fetch.temp > 20.0;`
pub(super) struct Let {
    pub(super) pattern: Pat,
    pub(super) ty: Option<Type>,
    /// `None` when it could not be read.
    pub(super) value: Option<Value>,
}

/// `const room: String = "#ops";`
pub(super) struct Const {
    pub(super) name: Ident,
    /// `None` when it is not said.
    pub(super) ty: Option<Type>,
    /// `None` when it could not be read.
    pub(super) value: Option<Expr>,
}

/// `trigger lines = NewLines { path: "app.log" } with (every = "10s") => |fired| Words { text: fired.event.text };`
pub(super) struct Trigger {
    pub(super) name: Ident,
    pub(super) action: Type,
    pub(super) parameters: Vec<Parameter>,
    /// Some of the parameters could not be read.
    pub(super) is_broken: bool,
    pub(super) options: TriggerAttr,
    /// What goes into the workflow; the event when absent.
    pub(super) input: Option<Fired>,
}

/// `|fired| Words { text: fired.event.text }`
pub(super) struct Fired {
    /// What the event is called; `None` for `_`.
    pub(super) name: Option<Ident>,
    /// `None` when it could not be read.
    pub(super) value: Option<Expr>,
}

/// `if fetch.temp > 30.0 { .. }`
pub(super) struct If {
    pub(super) keyword: Span,
    /// `None` when it could not be read.
    pub(super) condition: Option<Expr>,
    /// Names that the branch uses and that are told to be wrong.
    pub(super) unknown: Vec<Ident>,
    pub(super) then: Body,
    pub(super) otherwise: Option<Body>,
}

/// `match pay { Ok(pay) => { .. } Err(failure) => { .. } }`
pub(super) struct Outcome {
    pub(super) keyword: Span,
    /// `None` when it is wrong, which is told.
    pub(super) step: Option<Ident>,
    pub(super) ok: Way,
    pub(super) error: Way,
}

/// A way in which a step ends.
#[derive(Default)]
pub(super) struct Way {
    /// What it is called there; `None` for `_`.
    pub(super) name: Option<Ident>,
    pub(super) body: Body,
}

/// `if let Err(failure) = pay { .. }`
pub(super) struct Caught {
    pub(super) keyword: Span,
    /// `None` when it is wrong, which is told.
    pub(super) step: Option<Ident>,
    pub(super) error: Way,
}

/// `match day.sky { Sky::Sunny => { .. } _ => { .. } }`
pub(super) struct Match {
    pub(super) keyword: Span,
    /// `None` when it could not be read.
    pub(super) on: Option<Expr>,
    pub(super) arms: Vec<Arm>,
    /// Some of the arms could not be read.
    pub(super) is_broken: bool,
}

/// `Sky::Sunny => { .. }`
pub(super) struct Arm {
    pub(super) case: Case,
    pub(super) body: Body,
}

/// Of what an arm is.
pub(super) enum Case {
    /// An enum and its variant.
    Variant(Path, Ident),
    /// `_`
    Others,
    /// `Ok(pay)`; the second is what it is called.
    Ok(Span, Option<Ident>),
    /// `Err(failure)`
    Err(Span, Option<Ident>),
}

// === impl Body ===

impl Body {
    /// The steps that are declared here, those in branches included, and not those of items.
    pub(super) fn steps(&self) -> Vec<Named<'_>> {
        let mut found = Vec::new();
        for statement in &self.statements {
            match statement {
                Statement::Step(step) => found.push(Named::Step(step)),
                Statement::Loop(one) => found.push(Named::Loop(one)),
                Statement::Let(binding) => {
                    if let Some(Value::Choice(choice)) = &binding.value {
                        found.extend(choice.steps());
                    }
                }
                Statement::Const(_) => {}
                Statement::Choice(choice) => found.extend(choice.steps()),
            }
        }
        if let Some(Value::Choice(choice)) = &self.value {
            found.extend(choice.steps());
        }
        found
    }
}

// === impl Trigger ===

impl Trigger {
    /// What the definition calls it.
    pub(super) fn id(&self) -> String {
        match self.options.id.get() {
            Some(id) => id.value(),
            None => syn::ext::IdentExt::unraw(&self.name).to_string(),
        }
    }
}

// === impl Choice ===

impl Choice {
    pub(super) fn bodies(&self) -> Vec<&Body> {
        match self {
            Self::If(branches) => [Some(&branches.then), branches.otherwise.as_ref()].into_iter().flatten().collect(),
            Self::Match(branches) => branches.arms.iter().map(|arm| &arm.body).collect(),
            Self::Outcome(branches) => vec![&branches.ok.body, &branches.error.body],
            Self::Caught(branch) => vec![&branch.error.body],
        }
    }

    fn steps(&self) -> Vec<Named<'_>> {
        self.bodies().into_iter().flat_map(Body::steps).collect()
    }

    pub(super) fn bodies_mut(&mut self) -> Vec<&mut Body> {
        match self {
            Self::If(branches) => {
                [Some(&mut branches.then), branches.otherwise.as_mut()].into_iter().flatten().collect()
            }
            Self::Match(branches) => branches.arms.iter_mut().map(|arm| &mut arm.body).collect(),
            Self::Outcome(branches) => vec![&mut branches.ok.body, &mut branches.error.body],
            Self::Caught(branch) => vec![&mut branch.error.body],
        }
    }

    /// Whether it is meant as a value.
    pub(super) fn gives(&self) -> bool {
        self.bodies().iter().any(|body| body.value.is_some())
    }
}

// === impl Named ===

impl<'a> Named<'a> {
    pub(super) const fn name(self) -> &'a Ident {
        match self {
            Self::Step(step) => &step.name,
            Self::Loop(one) => &one.name,
        }
    }

    pub(super) const fn options(self) -> &'a NodeAttr {
        match self {
            Self::Step(step) => &step.options,
            Self::Loop(one) => &one.options,
        }
    }

    /// What the definition calls it.
    pub(super) fn id(self) -> String {
        match self.options().id.get() {
            Some(id) => id.value(),
            None => syn::ext::IdentExt::unraw(self.name()).to_string(),
        }
    }
}

/// The type as an expression writes it: `Vec::<u8>`.
pub(super) fn as_type(tokens: TokenStream) -> syn::Result<Type> {
    syn::parse2(tokens)
}
