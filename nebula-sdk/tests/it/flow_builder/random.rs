//! Workflows of many shapes: what is built runs exactly the branches whose conditions hold.

use std::collections::{BTreeMap, BTreeSet};

use nebula_sdk::{
    expression::{Expression, Limits, Scope},
    flow::Definition,
    prelude::*,
};

use super::{FetchWeather, Weather, refusals};

/// What decides which branches are taken.
#[derive(Parameters)]
pub(super) struct Flags {
    /// The first.
    a: bool,
    /// The second.
    b: bool,
    /// The third.
    c: bool,
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Steps that may be used, each with its id.
#[derive(Default)]
struct Known {
    certain: Vec<Step<Weather>>,
    /// With the flags that its branches hang on.
    maybe: Vec<Maybe<Weather>>,
}

/// Adds some steps, some of them in branches; notes the conditions of each.
fn grow(
    f: &mut Flow,
    dice: &mut Dice,
    flags: &Expr<Flags>,
    path: &[char],
    known: &mut Known,
    expected: &mut BTreeMap<String, Vec<char>>,
) {
    for _ in 0..=dice.below(3) {
        let id = format!("n{}", expected.len());
        let name = match (dice.below(3), known.certain.len(), known.maybe.len()) {
            (0, _, many) if many > 0 => known.maybe[dice.below(many)].city.or_default("nowhere"),
            (_, many, _) if many > 0 => known.certain[dice.below(many)].city.clone(),
            _ => expr_as("\"here\""),
        };
        let mut step = f.add(&id, FetchWeather::call().name(&name));
        if !known.maybe.is_empty() && dice.below(3) == 0 {
            step = step.after(&known.maybe[dice.below(known.maybe.len())]);
        }
        expected.insert(id, path.to_vec());
        known.certain.push(step);
        if path.len() < 3 && dice.below(3) == 0 {
            let joined = fork(f, dice, flags, path, known, expected);
            let id = format!("n{}", expected.len());
            known.certain.push(f.add(&id, FetchWeather::call().name(&joined)));
            expected.insert(id, path.to_vec());
        }
        if path.len() < 3 && dice.below(2) == 0 {
            let (flag, letter) = [(&flags.a, 'a'), (&flags.b, 'b'), (&flags.c, 'c')][dice.below(3)];
            let path: Vec<char> = path.iter().copied().chain([letter]).collect();
            let before = known.certain.len();
            let left = f.when(flag, |f| {
                grow(f, dice, flags, &path, known, expected);
                known.certain.pop().unwrap()
            });
            // The others of the branch are not known outside.
            known.certain.truncate(before);
            known.maybe.push(left);
        }
    }
}

/// Two branches of which one is taken, and what they give.
fn fork(
    f: &mut Flow,
    dice: &mut Dice,
    flags: &Expr<Flags>,
    path: &[char],
    known: &mut Known,
    expected: &mut BTreeMap<String, Vec<char>>,
) -> Expr<String> {
    let (flag, letter) = [(&flags.a, 'a'), (&flags.b, 'b'), (&flags.c, 'c')][dice.below(3)];
    let inner = |letter: char| path.iter().copied().chain([letter]).collect::<Vec<char>>();
    let before = known.certain.len();
    let mut state = (dice, known, expected);
    let state = std::cell::RefCell::new(&mut state);
    let branch = |f: &mut Flow, letter: char| {
        let (dice, known, expected) = &mut **state.borrow_mut();
        grow(f, dice, flags, &inner(letter), known, expected);
        let city = known.certain.last().unwrap().city.clone();
        // Those of the branch are not known outside.
        known.certain.truncate(before);
        known.maybe.truncate(0);
        city
    };
    f.when_else(flag, |f| branch(f, letter), |f| branch(f, letter.to_ascii_uppercase()))
}

struct Input(Value);

impl Scope for Input {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

/// The steps that run: those without connections, and those into which one is taken.
fn run(definition: &Definition, input: &Input) -> BTreeSet<String> {
    let mut ran = BTreeSet::new();
    // Steps are in an order in which they can run.
    for node in &definition.nodes {
        let mut into = definition.connections.iter().filter(|edge| edge.to == node.id).peekable();
        let starts = into.peek().is_none();
        let is_taken = |when: &Option<String>| {
            when.as_ref()
                .is_none_or(|when| Expression::parse(when).unwrap().evaluate_bool(input, &Limits::default()).unwrap())
        };
        if starts || into.any(|edge| ran.contains(edge.from.node.as_str()) && is_taken(&edge.when)) {
            ran.insert(node.id.to_string());
        }
    }
    ran
}

#[test]
fn branches_run_when_their_conditions_hold_and_never_else() {
    let mut built = 0;
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut expected = BTreeMap::new();
        let workflow: Workflow<Flags, ()> = Workflow::new("random", |f, flags: Expr<Flags>| {
            f.add("first", FetchWeather::call().name("x"));
            let mut known = Known::default();
            known.certain.push(f.add("n0", FetchWeather::call().name("y")));
            expected.insert("n0".to_owned(), Vec::new());
            grow(f, &mut dice, &flags, &[], &mut known, &mut expected);
        });
        let definition = match workflow.definition() {
            Ok(definition) => definition,
            Err(error) => panic!("{seed}: {error}"),
        };
        built += usize::from(!definition.connections.is_empty());
        assert_eq!(refusals(&definition), Vec::<String>::new(), "{seed}: {}", definition.canonical_json());
        for bits in 0..8_u8 {
            // A capital stands for the opposite.
            let holds = |letter: char| {
                let is_set = bits >> (u8::try_from(letter.to_ascii_lowercase()).unwrap() - b'a') & 1 == 1;
                is_set == letter.is_ascii_lowercase()
            };
            let input = Input(json!({ "a": holds('a'), "b": holds('b'), "c": holds('c') }));
            let mut wanted: BTreeSet<String> = expected
                .iter()
                .filter(|(_, path)| path.iter().all(|flag| holds(*flag)))
                .map(|(id, _)| id.clone())
                .collect();
            wanted.insert("first".to_owned());
            assert_eq!(run(&definition, &input), wanted, "{seed} {bits:03b}: {}", definition.canonical_json());
        }
    }
    assert!(built > 300, "{built}");
}
