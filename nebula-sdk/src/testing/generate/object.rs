//! Lists and objects.

use nebula_runtime::catalogue::CompiledSchema;
use serde_json::{Map, Value};

use super::{DEEP, Maker, Mode};

/// Lists and open objects without a bound have so many more at most.
const MORE: u64 = 4;

impl Maker<'_> {
    pub(super) fn list(&mut self, schema: &Map<String, Value>, depth: usize) -> Value {
        let prefix = schema.get("prefixItems").and_then(Value::as_array).cloned().unwrap_or_default();
        let rest = schema.get("items").unwrap_or(&Value::Bool(true)).clone();
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let least = bound("minItems").unwrap_or(0);
        let mut most = bound("maxItems").unwrap_or((least + MORE).max(prefix.len() as u64)).min(least + 100);
        if rest == Value::Bool(false) {
            most = most.min(prefix.len() as u64);
        }
        let length = match self.mode {
            _ if depth > DEEP => least,
            Mode::Least => least,
            Mode::Most => most,
            _ => u64::try_from(self.random.between(least.into(), most.into())).unwrap_or(least),
        };
        let is_set = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut items: Vec<Value> = Vec::new();
        let mut tries = 0;
        while (items.len() as u64) < length && tries < length * 10 {
            tries += 1;
            let item = self.value(prefix.get(items.len()).unwrap_or(&rest), depth + 1);
            if !is_set || !items.contains(&item) {
                items.push(item);
            } else if self.mode != Mode::Any {
                // The same choice gives the same item again.
                self.mode = Mode::Any;
            }
        }
        items.into()
    }

    pub(super) fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Value {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut members = Map::new();
        for (name, property) in &properties {
            if property == &Value::Bool(false) {
                continue;
            }
            let is_there = required.contains(&name.as_str())
                || match self.mode {
                    _ if depth > DEEP => false,
                    Mode::Least => false,
                    Mode::Most | Mode::Named => true,
                    _ => self.random.one_in(2),
                };
            if is_there {
                members.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        for name in required.iter().filter(|name| !properties.contains_key(**name)) {
            members.insert((*name).to_owned(), self.anything(depth + 1));
        }
        self.others(schema, &mut members, depth);
        let mut whole = Value::Object(members);
        for rule in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.obey(rule, &properties, &mut whole, depth);
        }
        whole
    }

    /// Members that the schema does not name.
    fn others(&mut self, schema: &Map<String, Value>, members: &mut Map<String, Value>, depth: usize) {
        let open = schema.get("additionalProperties").unwrap_or(&Value::Bool(true)).clone();
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let least = bound("minProperties").unwrap_or(0);
        let named = schema.contains_key("properties");
        // An object of which the schema names nothing is a map.
        let wanted = match self.mode {
            _ if open == Value::Bool(false) || depth > DEEP => least,
            Mode::Least => least,
            _ if named && open == Value::Bool(true) => least,
            _ => least.max(self.random.below(3) as u64).min(bound("maxProperties").unwrap_or(u64::MAX)),
        };
        let names = ["a", "b", "key with space", "é", "x/y~z", "0", "A", "_"];
        for name in names.iter().cycle().take(names.len()) {
            if members.len() as u64 >= wanted {
                break;
            }
            if !members.contains_key(*name) {
                let value = self.value(&open, depth + 1);
                members.insert((*name).to_owned(), value);
            }
        }
    }

    /// Mends what breaks a condition.
    fn obey(&mut self, rule: &Value, properties: &Map<String, Value>, whole: &mut Value, depth: usize) {
        let (Some(condition), Some(then)) = (rule.get("if"), rule.get("then")) else { return };
        if !CompiledSchema::new(condition.clone()).check(whole).is_empty() {
            return;
        }
        let Some(members) = whole.as_object_mut() else { return };
        for name in then["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                let value = properties.get(name).map_or(Value::Null, |property| self.value(property, depth + 1));
                members.insert(name.to_owned(), value);
            }
        }
        for (name, property) in then["properties"].as_object().into_iter().flatten() {
            if members.contains_key(name) && !CompiledSchema::new(property.clone()).check(&members[name]).is_empty() {
                members.remove(name);
            }
        }
    }
}
