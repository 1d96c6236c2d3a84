//! Values that break a schema in one place.

use serde_json::{Value, json};

use super::{Generate, TRIES};

pub(super) struct Invalid {
    valid: Generate,
}

impl Invalid {
    pub(super) const fn new(valid: Generate) -> Self {
        Self { valid }
    }

    /// Changes one thing somewhere in the value.
    fn spoil(&mut self, value: &mut Value) {
        let random = &mut self.valid.random;
        match value {
            Value::Object(members) if !members.is_empty() && !random.one_in(3) => {
                let names: Vec<String> = members.keys().cloned().collect();
                let name = random.pick(&names).clone();
                match random.below(6) {
                    0 => {
                        members.remove(&name);
                    }
                    1 => {
                        members.insert("no such name".to_owned(), Value::Null);
                    }
                    _ => {
                        if let Some(member) = members.get_mut(&name) {
                            self.spoil(member);
                        }
                    }
                }
            }
            Value::Array(items) if !items.is_empty() && !random.one_in(3) => {
                let index = random.below(items.len());
                match random.below(4) {
                    0 => items.push(items[index].clone()),
                    1 => {
                        items.remove(index);
                    }
                    _ => self.spoil(&mut items[index]),
                }
            }
            Value::Object(members) if random.one_in(2) => {
                members.insert("no such name".to_owned(), Value::Null);
            }
            Value::String(text) if random.one_in(2) => match random.below(3) {
                0 => text.clear(),
                1 => text.push_str(&"x".repeat(100_000)),
                _ => text.push('\0'),
            },
            Value::Number(number) if random.one_in(2) => {
                let beyond = [json!(i64::MIN), json!(u64::MAX), json!(-1), json!(0.5), json!(1e300)];
                let step = number.as_f64().map_or(Value::Null, |number| json!(number + 0.25));
                *value = if random.one_in(4) { step } else { random.pick(&beyond).clone() };
            }
            _ => {
                let others =
                    [json!(null), json!(true), json!("text"), json!(1), json!([1]), json!({ "a": 1 }), json!([])];
                *value = random.pick(&others).clone();
            }
        }
    }
}

impl Iterator for Invalid {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        for _ in 0..TRIES {
            let mut value = self.valid.next().unwrap_or(Value::Null);
            self.spoil(&mut value);
            if !self.valid.compiled.check(&value).is_empty() {
                return Some(value);
            }
        }
        None
    }
}
