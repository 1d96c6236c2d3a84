//! The units of each part, and how large what it makes can be.

use super::place::Hop;
use super::shape::{Gives, Shape};
use super::{Place, Polynomial};
use crate::ast::{Arithmetic, Compare, Expr, Kind, Step, StepKind};
use crate::function::{Function, Size, TIME_UNITS, Topic, Work};
use crate::path::{NodeField, Root};

/// The polynomial of an expression.
pub(super) fn cost_of<'e>(parts: impl IntoIterator<Item = &'e Expr>) -> (Polynomial, bool) {
    let mut walk = Walk { locals: Vec::new(), exact: true };
    let mut units = Polynomial::default();
    for expr in parts {
        let (cost, shape) = walk.part(expr);
        units.add(&cost);
        units.add(&walk.leaving(&shape));
    }
    (units, walk.exact)
}

struct Walk {
    locals: Vec<Shape>,
    exact: bool,
}

impl Walk {
    fn part(&mut self, expr: &Expr) -> (Polynomial, Shape) {
        let mut units = Polynomial::constant(1);
        let shape = match &expr.kind {
            Kind::Invalid | Kind::Lambda { .. } => Shape::Unknown,
            Kind::Literal(value) => Shape::of_values(&[value]),
            Kind::Path(path) => {
                let start = match (path.root, path.field) {
                    (Root::Nodes, Some(NodeField::Result | NodeField::Error)) => {
                        Shape::At(Place::new(path.root, path.node.clone(), path.field))
                    }
                    (Root::Now, _) => Shape::Opaque { size: Polynomial::constant(64) },
                    (Root::Nodes | Root::Index, _) => Shape::small(),
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
                Self::either(shapes)
            }
            Kind::Compare { op, sides } => {
                let (left, right) = (self.add(&sides.0, &mut units), self.add(&sides.1, &mut units));
                match op {
                    Compare::In => {
                        self.exact &= left != Shape::Unknown && right != Shape::Unknown;
                        units.add(&right.size());
                        units.add(&left.size().scaled(1, 16));
                        // Each element is compared with it.
                        self.exact &= !right.may_hold() || left.is_small();
                    }
                    // No more is looked at than the smaller of the two has.
                    _ => {
                        let (a, b) = (Self::compared(&left), Self::compared(&right));
                        match (a, b) {
                            (Some(a), Some(b)) => units.add(if b.is_constant() { &b } else { &a }),
                            (Some(a), None) | (None, Some(a)) => units.add(&a),
                            (None, None) => {
                                units.add(&left.size().scaled(1, 16));
                                let equality = matches!(op, Compare::Equal | Compare::NotEqual);
                                self.exact &= !equality && left != Shape::Unknown;
                            }
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
                Self::either(shapes)
            }
            Kind::List(items) => {
                let shapes: Vec<Shape> = items.iter().map(|item| self.add(item, &mut units)).collect();
                let each = if shapes.is_empty() { None } else { Some(Box::new(Self::either(shapes))) };
                Shape::Made { size: Polynomial::constant(items.len() as u64), each }
            }
            Kind::Object(members) => {
                let shapes: Vec<Shape> = members.iter().map(|(_, value)| self.add(value, &mut units)).collect();
                let each = if shapes.is_empty() { None } else { Some(Box::new(Self::either(shapes))) };
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
    fn either(shapes: Vec<Shape>) -> Shape {
        let mut empty = None;
        let mut large: Vec<Shape> = Vec::new();
        for shape in shapes {
            if matches!(shape, Shape::Constant { size: 0, .. }) {
                empty = Some(shape);
            } else if !shape.is_small() && !large.contains(&shape) {
                large.push(shape);
            }
        }
        match large.len() {
            0 => empty.unwrap_or_else(Shape::small),
            1 => large.pop().unwrap_or(Shape::Unknown),
            _ if large.contains(&Shape::Unknown) => Shape::Unknown,
            _ => {
                let mut size = Polynomial::default();
                for shape in &large {
                    size.add(&shape.size());
                }
                match large.iter().any(Shape::may_hold) {
                    // What is in them differs.
                    true => Shape::Made { size, each: Some(Box::new(Shape::Unknown)) },
                    false if large.iter().any(|shape| matches!(shape, Shape::Opaque { .. })) => Shape::Opaque { size },
                    false => Shape::Made { size, each: None },
                }
            }
        }
    }

    /// What a comparison looks at, if that is known.
    fn compared(shape: &Shape) -> Option<Polynomial> {
        match shape {
            small if small.is_small() => Some(Polynomial::default()),
            Shape::Constant { copy, .. } => Some(Polynomial::constant(2 * copy)),
            Shape::Made { size, each: None } | Shape::Opaque { size } => Some(size.scaled(1, 16)),
            Shape::At(_) | Shape::Made { .. } | Shape::Unknown => None,
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
        let mut whole = self.add(first, units);
        for (op, term) in rest {
            let more = self.add(term, units);
            let mut size = whole.size();
            whole = match (whole, more) {
                (Shape::Opaque { .. }, _) | (_, Shape::Opaque { .. }) => {
                    Shape::Opaque { size: Polynomial::constant(64) }
                }
                _ if *op != Arithmetic::Add => Shape::small(),
                (a, b) if a.is_small() || b.is_small() => Shape::small(),
                (a, b) => {
                    self.exact &= a != Shape::Unknown && b != Shape::Unknown;
                    size.add(&b.size());
                    let lists = a.may_hold() && b.may_hold();
                    // Of places it is not known what they hold: perhaps lists, whose elements are copied.
                    units.add(&if lists { size.clone() } else { size.scaled(1, 16) });
                    Shape::Made { size, each: lists.then(|| Box::new(Self::either(vec![a.each(), b.each()]))) }
                }
            };
        }
        whole
    }

    fn call(&mut self, function: &'static Function, args: &[Expr], weight: u32, units: &mut Polynomial) -> Shape {
        let shapes: Vec<Shape> = args
            .iter()
            .map(|arg| if matches!(arg.kind, Kind::Lambda { .. }) { Shape::Unknown } else { self.add(arg, units) })
            .collect();
        let first = shapes.first().cloned().unwrap_or_else(Shape::small);
        let n = first.size();
        let mut result_each = None;
        if function.work != Work::Flat || matches!(Gives::of(&function.types().result), Gives::Text | Gives::Opaque) {
            self.exact &= !args
                .iter()
                .zip(&shapes)
                .any(|(arg, shape)| *shape == Shape::Unknown && !matches!(arg.kind, Kind::Lambda { .. }));
        }
        let cuts_text = function.topic == Topic::Strings || !first.may_hold();
        match function.work {
            Work::Flat => {}
            Work::Text => {
                let times = match function.name {
                    "lower" | "upper" => 4,
                    "sha256" | "sha1" | "md5" => 2,
                    _ => 1,
                };
                for shape in &shapes {
                    units.add(&shape.size().scaled(times, 16));
                }
                if function.topic == Topic::Time {
                    units.add(&Polynomial::constant(TIME_UNITS * shapes.len() as u64));
                }
            }
            // Of a text, its parts: one more than what stands between them.
            Work::Items if cuts_text => units.add(&n.clone().plus(1)),
            Work::Items => units.add(&n),
            Work::Deep => match &first {
                Shape::Constant { copy, .. } => units.add(&n.clone().plus(2 * copy)),
                first => {
                    let each = first.each();
                    self.exact &= !each.may_hold() || matches!(each, Shape::At(_));
                    units.add(&n.times(&each.size().plus(1)));
                }
            },
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
                shapes.iter().for_each(|shape| units.add(&shape.size().scaled(1, 16)));
                let per_byte = u64::from(weight / 4 + 1);
                units.add(&n.scaled(per_byte, 10).plus(per_byte));
            }
            Work::Makes => self.exact = false,
        }
        if function.name == "get"
            && let Some(path) = shapes.get(1)
        {
            // A unit for each name; there are no more of them than bytes.
            units.add(&path.size().plus(1));
        }
        if function.work == Work::Sort {
            // Comparing texts takes what they are long.
            self.exact &= result_each.as_deref().map_or_else(|| first.each().is_small(), Shape::is_small);
        }
        let sum = |shapes: &[Shape]| {
            let mut size = Polynomial::default();
            shapes.iter().for_each(|shape| size.add(&shape.size()));
            size
        };
        let size = match function.size {
            Size::One => Some(Polynomial::constant(64)),
            Size::Same => Some(n.clone().plus(32)),
            Size::Sum => Some(sum(&shapes).plus(32)),
            Size::Unknown => None,
        };
        match (Gives::of(&function.types().result), size) {
            (Gives::Scalar, _) => Shape::small(),
            (Gives::Text, Some(size)) => Shape::Made { size, each: None },
            (Gives::Opaque, Some(size)) => Shape::Opaque { size },
            (Gives::Many, Some(_)) => {
                let each = Some(Box::new(if function.name == "keys" { Shape::Unknown } else { first.each() }));
                // The parts of a text are one more than what stands between them.
                Shape::Made { size: if cuts_text { n.plus(1) } else { n }, each }
            }
            (Gives::Any, Some(size)) if function.name == "slice" => {
                Shape::Made { size, each: first.may_hold().then(|| Box::new(first.each())) }
            }
            // One of what is in it, however deep.
            (Gives::Any, Some(_)) if function.name == "get" => Shape::Unknown,
            (Gives::Any, Some(_)) if function.size == Size::Sum => Self::either(shapes),
            (Gives::Any, Some(_)) => first.each(),
            (_, None) if result_each.is_some() && matches!(function.name, "map" | "mapValues") => {
                Shape::Made { size: n, each: result_each }
            }
            (_, None) => {
                self.exact = false;
                Shape::Unknown
            }
        }
    }

    /// What it takes to hand a value out: only what was made is copied.
    fn leaving(&mut self, shape: &Shape) -> Polynomial {
        match shape {
            Shape::Opaque { .. } | Shape::Made { each: Some(_), .. } | Shape::Unknown => self.copying(shape),
            _ => Polynomial::default(),
        }
    }

    fn copying(&mut self, shape: &Shape) -> Polynomial {
        match shape {
            Shape::At(place) => {
                self.exact = false;
                Polynomial::size_of(place.clone())
            }
            Shape::Made { size, each: Some(each) } => size.times(&self.copying(each)).plus(1),
            Shape::Made { size, each: None } if *size == Polynomial::constant(1) => Polynomial::constant(1),
            Shape::Made { size, each: None } | Shape::Opaque { size } => size.scaled(1, 16).plus(1),
            Shape::Constant { copy, .. } => Polynomial::constant(*copy),
            Shape::Unknown => {
                self.exact = false;
                Polynomial::constant(1)
            }
        }
    }
}
