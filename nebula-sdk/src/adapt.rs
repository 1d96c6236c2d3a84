//! From typed to erased: the one place where JSON becomes an action's input and its output becomes JSON.

mod body;
mod facts;
pub mod resource;
mod slots;

use std::marker::PhantomData;

use async_trait::async_trait;
use nebula_ports::{
    action::{ActionOutput, CallContext, DynAction},
    model::{
        ActionDescriptor, ActionId, ActionKind, CapabilityKind, CapabilityManifest, CapabilityRequest, CredentialSlot,
        EffectClass, Failure, Grant, InterfaceVersion, PollOutput, PolledEvent, PortName, ResourceSlot, RetryPolicy,
        Target, TriggerFacts,
    },
    resource::ArcResource,
    time::DurationText,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

#[cfg(feature = "testing")]
pub(crate) use self::slots::{canaries, canaries_of};
pub use self::{
    body::{Body, IsPolled, IsProcess, IsSimple, IsTrigger, erased_trigger},
    facts::{LimitFacts, ListingFacts},
    slots::Slots,
};
use crate::{
    Action, ActionContext, ActionError, ActionResult, Output, Parameters, Polled, Ports, ProcessAction, Result,
    SimpleAction, TriggerAction, schema,
};

/// The facts of an action, as the macro writes them.
#[derive(Debug)]
pub struct Metadata {
    pub id: &'static str,
    pub version: (u32, u32),
    pub name: &'static str,
    pub description: &'static str,
    /// Parameters that make the idempotency key.
    pub key: Vec<String>,
    pub timeout: Option<std::time::Duration>,
    pub retry: Option<RetryPolicy>,
    pub limits: LimitFacts,
    /// The wait between two polls, of a trigger.
    pub poll: Option<std::time::Duration>,
    pub listing: ListingFacts,
    pub needs: &'static [(CapabilityKind, Bound)],
    pub slots: &'static [SlotFacts],
}

/// Name, description, and how the field's type describes itself.
pub type SlotFacts = (&'static str, &'static str, fn(&'static str, &'static str) -> SlotFact);

/// The same of a field of a resource.
pub type CredentialFacts = (&'static str, &'static str, fn(&'static str, &'static str) -> CredentialSlot);

/// What a slot is for.
#[derive(Debug)]
pub enum SlotFact {
    Credential(CredentialSlot),
    /// With the resource itself.
    Resource(ResourceSlot, ArcResource),
}

/// What a need is bound to.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// A grant's text, without its kind.
    Exact(&'static str),
    /// A parameter's name.
    Parameter(&'static str),
    /// Nothing.
    Declared,
}

/// A [`SimpleAction`], erased.
#[derive(Debug)]
pub struct Simple<A> {
    descriptor: ActionDescriptor,
    resources: Vec<ArcResource>,
    action: PhantomData<fn() -> A>,
}

/// A [`TriggerAction`], erased.
#[derive(Debug)]
pub struct Trigger<A> {
    descriptor: ActionDescriptor,
    action: PhantomData<fn() -> A>,
}

/// A [`ProcessAction`], erased.
#[derive(Debug)]
pub struct Process<A> {
    descriptor: ActionDescriptor,
    resources: Vec<ArcResource>,
    action: PhantomData<fn() -> A>,
}

// === impl Simple, Process, Trigger ===

impl<A: SimpleAction> Simple<A> {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let (descriptor, resources) = descriptor::<A, A::Input>(ActionKind::Simple, A::Output::output_schema());
        Self { descriptor, resources, action: PhantomData }
    }
}

impl<A: ProcessAction> Process<A> {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let (descriptor, resources) = descriptor::<A, A::Input>(ActionKind::Process, A::Output::output_schema());
        Self { descriptor, resources, action: PhantomData }
    }
}

impl<A: TriggerAction> Trigger<A> {
    #[track_caller]
    pub(crate) fn new() -> Self {
        // A trigger with slots for resources is refused by every plan: polls are given none.
        let (descriptor, _) = descriptor::<A, A::Config>(ActionKind::Trigger, A::Event::output_schema());
        Self { descriptor, action: PhantomData }
    }
}

#[async_trait]
impl<A: SimpleAction> DynAction for Simple<A> {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    fn effect(&self, input: &Value) -> EffectClass {
        A::Input::decode(input).map_or(A::EFFECT, |input| A::effect(&input))
    }

    fn check(&self, input: &Value) -> Result<(), Failure> {
        A::Input::decode(input)?;
        Ok(())
    }

    fn resources(&self) -> Vec<ArcResource> {
        self.resources.clone()
    }

    async fn run(&self, input: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        let action = A::from_slots(&Slots::by(&context))?;
        let input = A::Input::decode(&input)?;
        let output = action.execute(input, &ActionContext::new(context)).await?;
        Ok(ActionOutput::Done(output.encode()?))
    }
}

#[async_trait]
impl<A: ProcessAction> DynAction for Process<A> {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    fn effect(&self, input: &Value) -> EffectClass {
        A::Input::decode(input).map_or(A::EFFECT, |input| A::effect(&input))
    }

    fn check(&self, input: &Value) -> Result<(), Failure> {
        A::Input::decode(input)?;
        Ok(())
    }

    fn resources(&self) -> Vec<ArcResource> {
        self.resources.clone()
    }

    async fn run(&self, input: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        let action = A::from_slots(&Slots::by(&context))?;
        let input = A::Input::decode(&input)?;
        Ok(erased(action.execute(input, &ActionContext::new(context)).await?)?)
    }
}

#[async_trait]
impl<A: TriggerAction> DynAction for Trigger<A> {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    fn check(&self, input: &Value) -> Result<(), Failure> {
        A::Config::decode(input)?;
        Ok(())
    }

    async fn run(&self, input: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        let action = A::from_slots(&Slots::by(&context))?;
        let config = A::Config::decode(&input)?;
        let cursor = context.step.state.as_deref().map(cursor).transpose()?;
        let polled = action.poll(config, cursor, &ActionContext::new(context)).await?;
        Ok(ActionOutput::Polled(found(polled)?))
    }
}

/// What the last poll has kept.
pub(crate) fn cursor<C: DeserializeOwned>(kept: &Value) -> Result<C> {
    C::deserialize(kept).map_err(|error| {
        let wanted = std::any::type_name::<C>();
        ActionError::bug(format!("the cursor that the last poll kept is no `{wanted}`: {error}"))
            .with_code("trigger.cursor")
    })
}

/// What the runtime makes of a poll.
pub(crate) fn found<E: Output, C: Serialize>(polled: Polled<E, C>) -> Result<PollOutput> {
    let Polled { events, cursor, wait } = polled;
    let events = events.into_iter().map(|(key, event)| Ok(PolledEvent { key: key.into(), event: event.encode()? }));
    let cursor = cursor.map(|cursor| {
        serde_json::to_value(cursor).map_err(|error| {
            ActionError::bug(format!("the cursor cannot be written as JSON: {error}")).with_code("trigger.cursor")
        })
    });
    Ok(PollOutput {
        events: events.collect::<Result<_>>()?,
        cursor: cursor.transpose()?,
        wait: wait.map(DurationText::new),
    })
}

/// What the runtime makes of a result.
pub(crate) fn erased<T: Output, P: Ports>(result: ActionResult<T, P>) -> Result<ActionOutput> {
    Ok(match result {
        ActionResult::Done(output) => ActionOutput::Done(output.encode()?),
        ActionResult::DoneAt(when, output) => ActionOutput::DoneAt(when, output.encode()?),
        ActionResult::Route(port, output) => ActionOutput::Route(port_name(port.name()), output.encode()?),
        ActionResult::Paused(pause) => pause.erased()?,
    })
}

fn port_name(name: &str) -> PortName {
    PortName::new(name).expect("the macro has checked the names of ports")
}

#[track_caller]
fn descriptor<A: Action, I: Parameters>(
    kind: ActionKind,
    output_schema: Value,
) -> (ActionDescriptor, Vec<ArcResource>) {
    let facts = A::metadata();
    let input_schema = I::input_schema();
    let dangling = schema::dangling(&input_schema, &output_schema);
    assert!(
        dangling.is_empty(),
        "`item_of`, `type_of` or `type_rule` of the action `{}`: its input has no parameter `{}`",
        facts.id,
        dangling.join("`, `"),
    );
    let capabilities = manifest(facts.needs, &format!("the action `{}`: its input", facts.id), &input_schema);
    let (mut credentials, mut resources, mut erased) = (Vec::new(), Vec::new(), Vec::new());
    for (name, description, describe) in facts.slots {
        match describe(name, description) {
            SlotFact::Credential(slot) => credentials.push(slot),
            SlotFact::Resource(slot, resource) => {
                resources.push(slot);
                erased.push(resource);
            }
        }
    }
    let descriptor = ActionDescriptor {
        id: ActionId::new(facts.id).expect("the macro has checked the id"),
        version: InterfaceVersion::new(facts.version.0, facts.version.1),
        name: facts.name.to_owned(),
        description: facts.description.to_owned(),
        capabilities,
        effect: A::EFFECT,
        credentials,
        resources,
        key: facts.key.into_iter().map(Into::into).collect(),
        retry: facts.retry,
        timeout: facts.timeout.map(DurationText::new),
        limits: facts.limits.limits(),
        listing: facts.listing.listing::<I>(facts.id),
        ports: A::Port::NAMES.iter().map(|name| port_name(name)).collect(),
        input_schema,
        output_schema,
        trigger: facts.poll.map(|every| TriggerFacts { every: DurationText::new(every) }),
        process: kind == ActionKind::Process,
    };
    (descriptor, erased)
}

/// What is declared, as data. `of` is who declares it, and whose parameters these are.
#[track_caller]
pub(crate) fn manifest(needs: &[(CapabilityKind, Bound)], of: &str, schema: &Value) -> CapabilityManifest {
    let request = |(kind, bound): &(_, _)| CapabilityRequest { kind: *kind, target: target(of, *kind, *bound, schema) };
    CapabilityManifest(needs.iter().map(request).collect())
}

#[track_caller]
fn target(of: &str, kind: CapabilityKind, bound: Bound, input: &Value) -> Target {
    match bound {
        Bound::Exact(text) => {
            let grant: Grant = format!("{kind}:{text}").parse().expect("the macro has checked the bounds");
            Target::Exact(grant)
        }
        Bound::Parameter(name) => {
            assert!(
                schema::has_parameter(input, name),
                "`capabilities({kind}(param = \"{name}\"))` of {of} has no parameter `{name}`",
            );
            Target::Parameter(format!("/{}", name.replace('~', "~0")))
        }
        Bound::Declared => Target::Declared,
    }
}
