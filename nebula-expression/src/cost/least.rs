//! The units that an evaluation takes at least, unless it fails: what it cannot do without.
//!
//! Only what is sure is counted: the parts that are always evaluated, and functions that are called for every element
//! of a list whose length is known.

use serde_json::Value;

use super::place::Hop;
use super::{Place, Polynomial};
use crate::ast::{Expr, Kind, Logic, Step, StepKind, dynamic};
use crate::path::{NodeField, Root};

/// Functions that call theirs for every element, and whether their result is as long as the list.
const THOROUGH: [(&str, bool); 8] = [
    ("count", false),
    ("existsOne", false),
    ("filter", false),
    ("flatMap", false),
    ("fold", false),
    ("groupBy", false),
    ("map", true),
    ("sortBy", true),
];

/// What is known of a value.
#[derive(Debug, Clone)]
struct Known {
    length: Length,
    /// How many values the expression has made are in it at least, itself included: each is copied when it leaves.
    made: Polynomial,
}

/// How long a list is.
#[derive(Debug, Clone)]
enum Length {
    /// As long as what stands at this place of the data.
    Of(Place),
    Exactly(Polynomial),
    Unknown,
}

/// The least units of parts that are all evaluated.
pub(super) fn least_of<'e>(parts: impl IntoIterator<Item = &'e Expr>) -> Polynomial {
    let mut walk = Walk { locals: Vec::new() };
    let mut units = Polynomial::default();
    for expr in parts {
        let (cost, known) = walk.part(expr);
        units.add(&cost);
        units.add(&known.made);
    }
    units
}

struct Walk {
    locals: Vec<Known>,
}

impl From<Length> for Known {
    fn from(length: Length) -> Self {
        Self { length, made: Polynomial::default() }
    }
}

impl Known {
    fn nothing() -> Self {
        Length::Unknown.into()
    }
}

impl Walk {
    fn part(&mut self, expr: &Expr) -> (Polynomial, Known) {
        let mut units = Polynomial::constant(1);
        let known = match &expr.kind {
            // A constant is borrowed from the expression, unless it leaves inside of something else.
            Kind::Literal(Value::Array(items)) => Length::Exactly(Polynomial::constant(items.len() as u64)).into(),
            Kind::Invalid | Kind::Literal(_) | Kind::Lambda { .. } => Known::nothing(),
            Kind::Path(path) => {
                let start = match (path.root, path.field) {
                    (Root::Index | Root::Now, _) => return (units, Known::nothing()),
                    (Root::Nodes, Some(NodeField::Result)) | (_, None) => {
                        Length::Of(Place::new(path.root, path.node.clone(), path.field))
                    }
                    _ => Length::Unknown,
                };
                self.steps(start, &path.steps, &mut units).into()
            }
            Kind::Local(local) => {
                let start = self.locals.get(local.slot).cloned().unwrap_or_else(Known::nothing);
                if local.steps.is_empty() { start } else { self.steps(start.length, &local.steps, &mut units).into() }
            }
            Kind::Access { base, steps } => {
                self.add(base, &mut units);
                self.steps(Length::Unknown, steps, &mut units).into()
            }
            Kind::Call { function, args, .. } => return self.call(function.name, args),
            Kind::Let { bindings, body } => {
                let outside = self.locals.len();
                for (_, value) in bindings {
                    let known = self.add(value, &mut units);
                    self.locals.push(known);
                }
                let known = self.add(body, &mut units);
                self.locals.truncate(outside);
                known
            }
            Kind::Not(inner) | Kind::Negate(inner) => {
                self.add(inner, &mut units);
                Known::nothing()
            }
            Kind::Arithmetic { first, rest } => {
                self.add(first, &mut units);
                for (_, term) in rest {
                    self.add(term, &mut units);
                }
                Known::nothing()
            }
            // The first decides whether there is more.
            Kind::Logic { op: Logic::And | Logic::Or | Logic::Coalesce, terms } => {
                if let Some(first) = terms.first() {
                    self.add(first, &mut units);
                }
                Known::nothing()
            }
            Kind::Choice { arms, .. } => {
                if let Some((when, _)) = arms.first() {
                    self.add(when, &mut units);
                }
                Known::nothing()
            }
            Kind::Compare { sides, .. } => {
                self.add(&sides.0, &mut units);
                self.add(&sides.1, &mut units);
                Known::nothing()
            }
            Kind::List(items) => {
                let mut made = Polynomial::constant(1);
                for item in items {
                    let known = self.add(item, &mut units);
                    made.add(&known.made);
                }
                Known { length: Length::Exactly(Polynomial::constant(items.len() as u64)), made }
            }
            Kind::Object(members) => {
                let mut made = Polynomial::constant(1);
                for (_, value) in members {
                    let known = self.add(value, &mut units);
                    made.add(&known.made);
                }
                Known { length: Length::Unknown, made }
            }
        };
        (units, known)
    }

    fn add(&mut self, expr: &Expr, units: &mut Polynomial) -> Known {
        let (cost, known) = self.part(expr);
        units.add(&cost);
        known
    }

    /// What comes behind a `?.` may be left out, and an element is not known to be there.
    fn steps(&mut self, start: Length, steps: &[Step], units: &mut Polynomial) -> Length {
        if steps.iter().any(|step| step.optional) || dynamic(steps).next().is_some() {
            return Length::Unknown;
        }
        units.add(&Polynomial::constant(steps.len() as u64));
        steps.iter().fold(start, |length, step| match (length, &step.kind) {
            (Length::Of(place), StepKind::Field(name)) => Length::Of(place.hop(Hop::Field(name.clone()))),
            (Length::Of(place), StepKind::Index(at)) => Length::Of(place.hop(Hop::Index(*at))),
            _ => Length::Unknown,
        })
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> (Polynomial, Known) {
        let mut units = Polynomial::constant(1);
        let thorough = THOROUGH.iter().find(|(known, _)| *known == name);
        let Some((list, rest)) = args.split_first() else { return (units, Known::nothing()) };
        let length = self.add(list, &mut units).length;
        for arg in rest {
            if !matches!(arg.kind, Kind::Lambda { .. }) {
                self.add(arg, &mut units);
            }
        }
        if let ("range", Some(count)) = (name, range(args)) {
            return (units, Length::Exactly(Polynomial::constant(count)).into());
        }
        let Some((_, keeps)) = thorough else { return (units, Known::nothing()) };
        let count = match length {
            Length::Of(place) => Polynomial::size_of(place),
            Length::Exactly(count) => count,
            Length::Unknown => return (units, Known::nothing()),
        };
        for arg in rest {
            if let Kind::Lambda { params, body } = &arg.kind {
                let outside = self.locals.len();
                self.locals.extend(params.iter().map(|_| Known::nothing()));
                let (cost, _) = self.part(body);
                self.locals.truncate(outside);
                units.add(&count.times(&cost));
            }
        }
        (units, if *keeps { Length::Exactly(count).into() } else { Known::nothing() })
    }
}

/// How many numbers a range of constants has, from 0 and by one, or from one to another.
fn range(args: &[Expr]) -> Option<u64> {
    let number = |expr: &Expr| expr.literal()?.as_i64();
    match args {
        [end] => u64::try_from(number(end)?).ok(),
        [start, end] => u64::try_from(number(end)?.checked_sub(number(start)?)?).ok(),
        _ => None,
    }
}
