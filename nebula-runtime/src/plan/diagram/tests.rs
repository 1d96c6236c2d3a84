use super::{Diagram, Function, MAX_STEPS};

#[test]
fn equal_functions_are_one() {
    let mut d = Diagram::default();
    let [a, b, c] = [(); 3].map(|()| d.variable());
    let (ab, bc) = (d.and(a, b).unwrap(), d.and(b, c).unwrap());
    assert_eq!(d.and(ab, c), d.and(a, bc));
    let not_ab = d.not(ab).unwrap();
    let (not_a, not_b) = (d.not(a).unwrap(), d.not(b).unwrap());
    assert_eq!(d.or(not_a, not_b), Some(not_ab));
    assert_eq!(d.or(ab, not_ab), Some(Function::TRUE));
    assert_eq!(d.and(ab, not_ab), Some(Function::FALSE));
    assert!(d.implies(ab, a) && !d.implies(a, ab) && d.implies(Function::FALSE, a));
}

#[test]
fn every_function_of_three_variables_is_that_of_its_table() {
    // Each operation, on all pairs of functions of three variables, against eight bits.
    let mut d = Diagram::default();
    let variables = [(); 3].map(|()| d.variable());
    let of = |d: &mut Diagram, table: u8| {
        (0..8_u8).filter(|row| table >> row & 1 == 1).fold(Function::FALSE, |any, row| {
            let all = (0..3).fold(Function::TRUE, |all, at| {
                let not = d.not(variables[at]).unwrap();
                d.and(all, if row >> at & 1 == 1 { variables[at] } else { not }).unwrap()
            });
            d.or(any, all).unwrap()
        })
    };
    let functions: Vec<Function> = (0..=u8::MAX).map(|table| of(&mut d, table)).collect();
    for (one, f) in functions.iter().enumerate() {
        assert_eq!(d.not(*f), Some(functions[!one & 255]));
        for (other, g) in functions.iter().enumerate() {
            assert_eq!(d.and(*f, *g), Some(functions[one & other]));
            assert_eq!(d.or(*f, *g), Some(functions[one | other]));
            assert_eq!(d.implies(*f, *g), one & !other == 0);
        }
    }
}

#[test]
fn what_takes_too_much_is_not_told() {
    let mut d = Diagram::default();
    // Met first, asked last: each later variable is above.
    let first = d.variable();
    let mut all = first;
    for _ in 0..2 * MAX_STEPS {
        let next = d.variable();
        all = d.and(next, all).unwrap();
    }
    let not = d.not(first).unwrap();
    assert_eq!(d.and(all, not), None);
    assert!(!d.implies(all, first));
}
