//! An action for tests, whose descriptor can be chosen.

use std::sync::Arc;

use async_trait::async_trait;
use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, DynAction},
    model::{
        ActionDescriptor, ActionId, CapabilityKind, CapabilityManifest, CapabilityRequest, CredentialSlot, EffectClass,
        Failure, InterfaceVersion, PortName, Target, TriggerFacts,
    },
};
use serde_json::{Value, json};

use super::Catalogue;

type Effect = fn(&Value) -> EffectClass;

/// An action that gives back its input.
#[derive(Clone)]
pub(crate) struct TestAction {
    descriptor: ActionDescriptor,
    effect: Option<Effect>,
}

impl TestAction {
    /// `reference` is `id@major.minor`. It takes anything and is idempotent.
    pub(crate) fn new(reference: &str) -> Self {
        let (id, version) = reference.split_once('@').unwrap();
        let descriptor = ActionDescriptor {
            id: ActionId::new(id).unwrap(),
            version: version.parse::<InterfaceVersion>().unwrap(),
            name: id.to_owned(),
            description: String::new(),
            input_schema: json!({ "type": "object" }),
            output_schema: json!(true),
            trigger: None,
            process: false,
            ports: Vec::new(),
            capabilities: CapabilityManifest::default(),
            effect: EffectClass::Idempotent,
            credentials: Vec::new(),
            resources: Vec::new(),
            retry: None,
            timeout: None,
            key: Vec::new(),
            limits: Default::default(),
            listing: Default::default(),
        };
        Self { descriptor, effect: None }
    }

    pub(crate) fn input(mut self, schema: Value) -> Self {
        self.descriptor.input_schema = schema;
        self
    }

    pub(crate) fn output(mut self, schema: Value) -> Self {
        self.descriptor.output_schema = schema;
        self
    }

    pub(crate) fn ports(mut self, ports: &[&str]) -> Self {
        self.descriptor.ports = ports.iter().map(|port| PortName::new(port).unwrap()).collect();
        self
    }

    pub(crate) fn effect(mut self, class: EffectClass, by_input: Option<Effect>) -> Self {
        self.descriptor.effect = class;
        self.effect = by_input;
        self
    }

    /// Makes it a trigger that is polled every minute.
    pub(crate) fn polled(mut self) -> Self {
        self.descriptor.trigger = Some(TriggerFacts { every: std::time::Duration::from_secs(60).into() });
        self
    }

    pub(crate) fn needs(mut self, kind: CapabilityKind, target: Target) -> Self {
        self.descriptor.capabilities.0.push(CapabilityRequest { kind, target });
        self
    }

    pub(crate) fn credential(mut self, name: &str, required: bool) -> Self {
        self.descriptor.credentials.push(CredentialSlot {
            name: name.into(),
            credential: "http.auth".into(),
            scheme: Default::default(),
            description: String::new(),
            required,
        });
        self
    }

    pub(crate) fn arc(self) -> ArcAction {
        Arc::new(self)
    }
}

#[async_trait]
impl DynAction for TestAction {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    fn effect(&self, input: &Value) -> EffectClass {
        self.effect.map_or(self.descriptor.effect, |effect| effect(input))
    }

    async fn run(&self, input: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(input))
    }
}

/// A catalogue like that of an installation: `http.request`, `file.read`, `text.upper`, `list.filter`, `shop.orders`,
/// `db.query`, `chat.post`, and the trigger `feed.orders`.
pub(crate) fn catalogue() -> Catalogue {
    let http = TestAction::new("http.request@1.2")
        .input(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["url"],
            "properties": {
                "url": { "type": "string", "description": "Where to. More here." },
                "method": { "enum": ["GET", "POST", "DELETE"], "default": "GET" },
                "body": true,
                "retries": { "type": "integer", "minimum": 0, "maximum": 5 },
                "idempotent": { "type": "boolean", "default": false },
                "headers": { "type": "object", "additionalProperties": { "type": "string" } }
            }
        }))
        .output(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["status", "body"],
            "properties": {
                "status": { "type": "integer" },
                "body": true,
                "etag": { "type": "string" },
                "tags": { "type": "array", "items": { "type": "string" } }
            }
        }))
        .effect(
            EffectClass::AtMostOnce,
            Some(|input| match input.get("method").and_then(Value::as_str) {
                None | Some("GET") => EffectClass::Pure,
                Some(_) if input.get("idempotent") == Some(&Value::Bool(true)) => EffectClass::Idempotent,
                Some(_) => EffectClass::AtMostOnce,
            }),
        )
        .needs(CapabilityKind::Net, Target::Parameter("/url".to_owned()))
        .credential("auth", false);
    let file = TestAction::new("file.read@1.0")
        .input(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["path"],
            "properties": { "path": { "type": "string" } }
        }))
        .needs(CapabilityKind::FsRead, Target::Parameter("/path".to_owned()));
    let upper = TestAction::new("text.upper@1.0")
        .input(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["text"],
            "properties": { "text": { "type": "string", "minLength": 1 }, "lang": { "type": "string" } }
        }))
        .effect(EffectClass::Pure, None);
    let over_items = |result: Value| json!({ "type": "string", "x-nebula-expression": { "roots": ["$item", "$index"], "item": "/items", "result": result } });
    let filter = TestAction::new("list.filter@1.0")
        .input(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["items", "keep"],
            "properties": {
                "items": { "type": "array" },
                "keep": over_items(json!({ "type": "boolean" })),
                "by": { "type": "array", "items": { "anyOf": [
                    { "type": "object", "properties": { "key": over_items(json!(true)) }, "additionalProperties": false },
                    { "type": "null" }
                ] } },
                "names": { "type": "object", "additionalProperties": over_items(json!({ "type": ["number", "null"] })) }
            }
        }))
        .output(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["items", "names"],
            "properties": {
                "items": { "type": "array", "x-nebula-type": { "parameter": "/items" } },
                "names": { "type": "object", "x-nebula-type": { "each": "/names", "of": { "expression": "." } } }
            }
        }));
    let orders = TestAction::new("shop.orders@1.0").output(json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["rows"],
        "properties": { "rows": { "type": "array", "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["id", "total", "status"],
            "properties": {
                "id": { "type": "string" },
                "total": { "type": "number" },
                "status": { "enum": ["open", "paid"] },
                "note": { "type": "string" }
            }
        } } }
    }));
    let query = TestAction::new("db.query@1.0").input(json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["sql"],
        "properties": {
            "sql": { "type": "string", "x-nebula-sink": "sql" },
            "parameters": { "type": "array", "items": { "type": ["string", "number"] } },
            "pool": {
                "type": "object",
                "properties": {
                    "size": { "type": "integer", "x-nebula-computed": "never" },
                    "tags": { "type": "array", "items": { "type": "string" } }
                }
            },
            "rows": { "type": ["array", "string"], "x-nebula-computed": "only" },
            "mode": { "type": "string" },
            "limit": { "type": "integer" }
        },
        "allOf": [
            {
                "if": { "required": ["mode"], "properties": { "mode": { "const": "few" } } },
                "then": { "required": ["limit"] },
                "x-nebula": { "required_if": "mode == 'few'", "reads": ["mode"], "of": "limit" }
            },
            {
                "if": { "not": { "required": ["mode"], "properties": { "mode": { "const": "few" } } } },
                "then": { "properties": { "limit": false } },
                "x-nebula": { "visible_if": "mode == 'few'", "reads": ["mode"], "of": "limit" }
            }
        ]
    }));
    let chat = TestAction::new("chat.post@2.1")
        .effect(EffectClass::AtMostOnce, None)
        .needs(CapabilityKind::Net, Target::Exact("net:chat.example.com:443".parse().unwrap()))
        .needs(CapabilityKind::Env, Target::Exact("env:CHAT_ROOM".parse().unwrap()))
        .credential("token", true);
    let review = TestAction::new("shop.review@1.0").ports(&["approved", "on-hold"]).effect(EffectClass::Pure, None);
    let new_orders = TestAction::new("feed.orders@1.0")
        .polled()
        .input(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["shop"],
            "properties": { "shop": { "type": "string" }, "limit": { "type": "integer" } }
        }))
        .output(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["id", "total"],
            "properties": { "id": { "type": "string" }, "total": { "type": "number" }, "note": { "type": "string" } }
        }))
        .needs(CapabilityKind::Net, Target::Exact("net:shop.example.com:443".parse().unwrap()))
        .credential("token", false);
    let all = [http, file, upper, filter, orders, query, chat, review, new_orders];
    Catalogue::new(all.map(TestAction::arc)).unwrap()
}
