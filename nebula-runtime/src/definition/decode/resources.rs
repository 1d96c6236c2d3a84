//! Configured resources: name → type, configuration, credentials.

use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ResourceConfig, ResourceConfigs, ResourceName},
};
use serde_json::{Map, Value};

use super::{cursor::Decoder, node};
use crate::plan::pointer;

const RESOURCE: [&str; 3] = ["type", "config", "credentials"];

/// What could be read; the rest is among the diagnostics.
pub(in crate::definition) fn resources(value: &Value) -> (ResourceConfigs, Vec<Diagnostic>) {
    let mut decoder = Decoder::default();
    let mut configs = ResourceConfigs::new();
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                let at = pointer::join("", name);
                let key = decoder.id::<ResourceName>(&Value::String(name.clone()), at.clone(), true);
                if let (Some(config), Some(name)) = (resource(&mut decoder, value, at), key) {
                    configs.insert(name, config);
                }
            }
        }
        // A file with nothing in it configures nothing.
        Value::Null => {}
        other => decoder.wrong_type(other, String::new(), "an object of resources by their names"),
    }
    (configs, decoder.finish().0)
}

fn resource(decoder: &mut Decoder, value: &Value, at: String) -> Option<ResourceConfig> {
    let fields = decoder.fields(value, at, "a resource", &RESOURCE)?;
    let resource = decoder.required(&fields, "type").and_then(|(value, at)| decoder.id(value, at, false));
    let config = match fields.get("config") {
        None => Map::new(),
        Some((Value::Object(config), at)) => {
            for (name, value) in config {
                decoder.warn_of_tags(value, &pointer::join(&at, name), "the configuration of a resource is data");
            }
            config.clone()
        }
        Some((other, at)) => {
            decoder.wrong_type(other, at, "an object");
            Map::new()
        }
    };
    let credentials = node::slots(decoder, &fields, "credentials");
    Some(ResourceConfig { resource: resource?, config, credentials })
}
