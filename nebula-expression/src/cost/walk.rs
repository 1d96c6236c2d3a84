//! The units of each part, and how large what it makes can be.

use serde_json::Value;

use super::place::Hop;
use super::{Cost, Place, Polynomial};
use crate::ast::{Arithmetic, Compare, Expr, Kind, Step, StepKind};
use crate::function::{Function, Size, Work};
use crate::path::{NodeField, Root};

/// What is known of the size of a value.
#[derive(Debug, Clone)]
enum Shape {
    /// What stands at a place of the data.
    At(Place),
    /// A value of this size, whose elements (if it has any) are all like `each`.
    Made { size: Polynomial, each: Option<Box<Shape>> },
    /// Nothing is known: small, and the estimate is not exact.
    Unknown,
}

/// The polynomial of an expression.
pub(crate) fn cost_of<'e>(parts: impl IntoIterator<Item = &'e Expr>) -> Cost {
    let mut walk = Walk { locals: Vec::new(), exact: true };
    let mut units = Polynomial::default();
    for expr in parts {
        let (cost, shape) = walk.part(expr);
        units.add(&cost);
        units.add(&walk.leaving(&shape));
    }
    Cost { units, exact: walk.exact }
}

struct Walk {
    locals: Vec<Shape>,
    exact: bool,
}

impl Shape {
    fn small() -> Self {
        Self::Made { size: Polynomial::constant(1), each: None }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Made { size: Polynomial::constant(text.len() as u64), each: None },
            Value::Array(items) => {
                let each = items.first().map(Self::of_value).map(Box::new);
                Self::Made { size: Polynomial::constant(items.len() as u64), each }
            }
            Value::Object(members) => Self::Made { size: Polynomial::constant(members.len() as u64), each: None },
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::small(),
        }
    }

    fn size(&self) -> Polynomial {
        match self {
            Self::At(place) => Polynomial::size_of(place.clone()),
            Self::Made { size, .. } => size.clone(),
            Self::Unknown => Polynomial::constant(1),
        }
    }

    fn each(&self) -> Self {
        match self {
            Self::At(place) => Self::At(place.hop(Hop::Each)),
            Self::Made { each: Some(each), .. } => (**each).clone(),
            Self::Made { each: None, .. } | Self::Unknown => Self::Unknown,
        }
    }
}

impl Walk {
    fn part(&mut self, expr: &Expr) -> (Polynomial, Shape) {
        let mut units = Polynomial::constant(1);
        let shape = match &expr.kind {
            Kind::Invalid | Kind::Lambda { .. } => Shape::Unknown,
            Kind::Literal(value) => Shape::of_value(value),
            Kind::Path(path) => {
                let start = match (path.root, path.field) {
                    (Root::Nodes, Some(NodeField::Result | NodeField::Error)) => {
                        Shape::At(Place::new(path.root, path.node.clone(), path.field))
                    }
                    (Root::Nodes | Root::Index | Root::Now, _) => Shape::small(),
                    (root, _) => Shape::At(Place::new(root, None, None)),
                };
                self.steps(start, &path.steps, &mut units)
            }
            Kind::Local(local) => {
                let start = self.locals.get(local.slot).cloned().unwrap_or(Shape::Unknown);
                self.steps(start, &local.steps, &mut units)
            }
            Kind::Access { base, steps } => {
                let start = self.add(base, &mut units);
                self.steps(start, steps, &mut units)
            }
            Kind::Call { function, args, pattern, .. } => {
                let weight = function
                    .pattern_at
                    .and_then(|at| args.get(at)?.literal()?.as_str())
                    .and_then(|text| pattern.get(text).ok())
                    .map_or(250, crate::pattern::Pattern::weight);
                self.call(function, args, weight, &mut units)
            }
            Kind::Let { bindings, body } => {
                let outside = self.locals.len();
                for (_, value) in bindings {
                    let shape = self.add(value, &mut units);
                    self.locals.push(shape);
                }
                let shape = self.add(body, &mut units);
                self.locals.truncate(outside);
                shape
            }
            Kind::Not(inner) | Kind::Negate(inner) => {
                self.add(inner, &mut units);
                Shape::small()
            }
            Kind::Arithmetic { first, rest } => self.arithmetic(first, rest, &mut units),
            Kind::Logic { terms, .. } => {
                let shapes: Vec<Shape> = terms.iter().map(|term| self.add(term, &mut units)).collect();
                self.either(shapes)
            }
            Kind::Compare { op, sides } => {
                let (left, right) = (self.add(&sides.0, &mut units), self.add(&sides.1, &mut units));
                match op {
                    Compare::In => units.add(&right.size()),
                    // No more is looked at than the smaller of the two has.
                    _ => {
                        let sizes = [left.size(), right.size()];
                        match sizes.iter().find(|size| size.is_constant()) {
                            Some(size) => units.add(&Polynomial::constant(size.base() / 16)),
                            None => units.add(&sizes[0].scaled(1, 16)),
                        }
                    }
                }
                Shape::small()
            }
            Kind::Choice { arms, otherwise } => {
                let mut shapes = Vec::new();
                for (when, then) in arms {
                    self.add(when, &mut units);
                    shapes.push(self.add(then, &mut units));
                }
                shapes.push(self.add(otherwise, &mut units));
                self.either(shapes)
            }
            Kind::List(items) => {
                let shapes: Vec<Shape> = items.iter().map(|item| self.add(item, &mut units)).collect();
                let each = if shapes.is_empty() { None } else { Some(Box::new(self.either(shapes))) };
                Shape::Made { size: Polynomial::constant(items.len() as u64), each }
            }
            Kind::Object(members) => {
                let shapes: Vec<Shape> = members.iter().map(|(_, value)| self.add(value, &mut units)).collect();
                let each = if shapes.is_empty() { None } else { Some(Box::new(self.either(shapes))) };
                Shape::Made { size: Polynomial::constant(members.len() as u64), each }
            }
        };
        (units, shape)
    }

    fn add(&mut self, expr: &Expr, units: &mut Polynomial) -> Shape {
        let (cost, shape) = self.part(expr);
        units.add(&cost);
        shape
    }

    /// One of several: as large as all together.
    fn either(&mut self, shapes: Vec<Shape>) -> Shape {
        let small =
            |shape: &Shape| matches!(shape, Shape::Made { size, each: None } if *size == Polynomial::constant(1));
        let mut large: Vec<Shape> = shapes.into_iter().filter(|shape| !small(shape)).collect();
        match large.len() {
            0 => Shape::small(),
            1 => large.pop().unwrap_or(Shape::Unknown),
            _ => {
                let mut size = Polynomial::default();
                for shape in &large {
                    size.add(&shape.size());
                }
                Shape::Made { size, each: Some(Box::new(large[0].each())) }
            }
        }
    }

    fn steps(&mut self, start: Shape, steps: &[Step], units: &mut Polynomial) -> Shape {
        units.add(&Polynomial::constant(steps.len() as u64));
        let mut shape = start;
        for step in steps {
            if let StepKind::Dynamic(index) = &step.kind {
                self.add(index, units);
            }
            shape = match (shape, &step.kind) {
                (Shape::At(place), StepKind::Field(name)) => Shape::At(place.hop(Hop::Field(name.clone()))),
                (Shape::At(place), StepKind::Index(at)) => Shape::At(place.hop(Hop::Index(*at))),
                (shape, _) => shape.each(),
            };
        }
        shape
    }

    fn arithmetic(&mut self, first: &Expr, rest: &[(Arithmetic, Expr)], units: &mut Polynomial) -> Shape {
        let mut size = self.add(first, units).size();
        for (op, term) in rest {
            let more = self.add(term, units).size();
            if *op == Arithmetic::Add {
                size.add(&more);
            }
        }
        if !size.is_constant() {
            units.add(&size.scaled(1, 16));
        }
        Shape::Made { size, each: None }
    }

    fn call(&mut self, function: &'static Function, args: &[Expr], weight: u32, units: &mut Polynomial) -> Shape {
        let shapes: Vec<Shape> = args
            .iter()
            .map(|arg| if matches!(arg.kind, Kind::Lambda { .. }) { Shape::Unknown } else { self.add(arg, units) })
            .collect();
        let first = shapes.first().cloned().unwrap_or_else(Shape::small);
        let n = first.size();
        let mut result_each = None;
        match function.work {
            Work::Flat => {}
            Work::Text => {
                for shape in &shapes {
                    units.add(&shape.size().scaled(1, 16));
                }
            }
            Work::Items => units.add(&n),
            Work::Deep => {
                units.add(&n.times(&first.each().size().plus(1)));
            }
            Work::Each | Work::Sort => {
                units.add(&n);
                if function.work == Work::Sort {
                    // The logarithm of the longest list there can be.
                    units.add(&n.scaled(17, 1));
                }
                for arg in args {
                    if let Kind::Lambda { params, body } = &arg.kind {
                        let outside = self.locals.len();
                        let folds = function.types().params.len() > 2;
                        let given = if folds { [Shape::Unknown, first.each()] } else { [first.each(), Shape::small()] };
                        self.locals.extend(given.into_iter().take(params.len()));
                        let (cost, shape) = self.part(body);
                        self.locals.truncate(outside);
                        units.add(&n.times(&cost));
                        result_each = Some(Box::new(shape));
                    }
                }
            }
            Work::Pattern => {
                let per_byte = u64::from(weight / 4 + 1);
                units.add(&n.scaled(per_byte, 10).plus(per_byte));
            }
            Work::Makes => self.exact = false,
        }
        match function.size {
            Size::One => Shape::small(),
            Size::Same => first,
            Size::Sum => {
                let mut size = Polynomial::default();
                shapes.iter().for_each(|shape| size.add(&shape.size()));
                Shape::Made { size, each: Some(Box::new(first.each())) }
            }
            Size::Unknown if result_each.is_some() && function.name != "fold" => {
                Shape::Made { size: n, each: result_each }
            }
            Size::Unknown => {
                self.exact = false;
                Shape::Unknown
            }
        }
    }

    /// What copying a made value takes when it leaves.
    fn leaving(&mut self, shape: &Shape) -> Polynomial {
        match shape {
            Shape::Made { size, each: Some(each) } => {
                let one = match &**each {
                    Shape::At(place) => {
                        self.exact = false;
                        Polynomial::size_of(place.clone())
                    }
                    Shape::Made { size, each: Some(_) } => size.clone().plus(1),
                    _ => Polynomial::constant(1),
                };
                size.times(&one).plus(1)
            }
            _ => Polynomial::default(),
        }
    }
}
