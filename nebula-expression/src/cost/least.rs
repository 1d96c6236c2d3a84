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
        units.add(&walk.part(expr).0);
    }
    units
}

struct Walk {
    locals: Vec<Length>,
}

impl Walk {
    fn part(&mut self, expr: &Expr) -> (Polynomial, Length) {
        let mut units = Polynomial::constant(1);
        let length = match &expr.kind {
            Kind::Literal(Value::Array(items)) => Length::Exactly(Polynomial::constant(items.len() as u64)),
            Kind::Invalid | Kind::Literal(_) | Kind::Lambda { .. } => Length::Unknown,
            Kind::Path(path) => {
                let start = match (path.root, path.field) {
                    (Root::Index | Root::Now, _) => return (units, Length::Unknown),
                    (Root::Nodes, Some(NodeField::Result)) | (_, None) => {
                        Length::Of(Place::new(path.root, path.node.clone(), path.field))
                    }
                    _ => Length::Unknown,
                };
                self.steps(start, &path.steps, &mut units)
            }
            Kind::Local(local) => {
                let start = self.locals.get(local.slot).cloned().unwrap_or(Length::Unknown);
                self.steps(start, &local.steps, &mut units)
            }
            Kind::Access { base, steps } => {
                self.add(base, &mut units);
                self.steps(Length::Unknown, steps, &mut units)
            }
            Kind::Call { function, args, .. } => return self.call(function.name, args),
            Kind::Let { bindings, body } => {
                let outside = self.locals.len();
                for (_, value) in bindings {
                    let length = self.add(value, &mut units);
                    self.locals.push(length);
                }
                let length = self.add(body, &mut units);
                self.locals.truncate(outside);
                length
            }
            Kind::Not(inner) | Kind::Negate(inner) => {
                self.add(inner, &mut units);
                Length::Unknown
            }
            Kind::Arithmetic { first, rest } => {
                self.add(first, &mut units);
                for (_, term) in rest {
                    self.add(term, &mut units);
                }
                Length::Unknown
            }
            // The first decides whether there is more.
            Kind::Logic { op: Logic::And | Logic::Or | Logic::Coalesce, terms } => {
                if let Some(first) = terms.first() {
                    self.add(first, &mut units);
                }
                Length::Unknown
            }
            Kind::Choice { arms, .. } => {
                if let Some((when, _)) = arms.first() {
                    self.add(when, &mut units);
                }
                Length::Unknown
            }
            Kind::Compare { sides, .. } => {
                self.add(&sides.0, &mut units);
                self.add(&sides.1, &mut units);
                Length::Unknown
            }
            Kind::List(items) => {
                for item in items {
                    self.add(item, &mut units);
                }
                Length::Exactly(Polynomial::constant(items.len() as u64))
            }
            Kind::Object(members) => {
                for (_, value) in members {
                    self.add(value, &mut units);
                }
                Length::Unknown
            }
        };
        (units, length)
    }

    fn add(&mut self, expr: &Expr, units: &mut Polynomial) -> Length {
        let (cost, length) = self.part(expr);
        units.add(&cost);
        length
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

    fn call(&mut self, name: &str, args: &[Expr]) -> (Polynomial, Length) {
        let mut units = Polynomial::constant(1);
        let thorough = THOROUGH.iter().find(|(known, _)| *known == name);
        let Some((list, rest)) = args.split_first() else { return (units, Length::Unknown) };
        let length = self.add(list, &mut units);
        for arg in rest {
            if !matches!(arg.kind, Kind::Lambda { .. }) {
                self.add(arg, &mut units);
            }
        }
        let Some((_, keeps)) = thorough else { return (units, Length::Unknown) };
        let count = match length {
            Length::Of(place) => Polynomial::size_of(place),
            Length::Exactly(count) => count,
            Length::Unknown => return (units, Length::Unknown),
        };
        for arg in rest {
            if let Kind::Lambda { params, body } = &arg.kind {
                let outside = self.locals.len();
                self.locals.extend(params.iter().map(|_| Length::Unknown));
                let (cost, _) = self.part(body);
                self.locals.truncate(outside);
                units.add(&count.times(&cost));
            }
        }
        (units, if *keeps { Length::Exactly(count) } else { Length::Unknown })
    }
}
