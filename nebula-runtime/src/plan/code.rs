//! Every code of a definition's and a plan's diagnostics, with what it stands for.

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// Stable name such as `P0103`.
    pub code: &'static str,
    /// What it stands for.
    pub title: &'static str,
    /// How to mend it.
    pub advice: &'static str,
}

/// Every code, in order: `D01xx` are about the text of a definition, `D02xx` about its keys and values, `P01xx` about
/// the graph, `P02xx` about actions and parameters, `P03xx` about expressions and what they read, `P04xx` about
/// credentials, effects and capabilities, `P05xx` about resources, `P06xx` about triggers. Mistakes inside an expression have the codes `E….` of
/// [`nebula_expression::codes`].
#[must_use]
pub fn codes() -> &'static [Code] {
    TABLE
}

/// What is known of one code.
///
/// ```
/// assert_eq!(nebula_runtime::plan::explain_code("P0103").map(|code| code.title), Some("connections that go in a circle"));
/// ```
#[must_use]
pub fn explain_code(code: &str) -> Option<&'static Code> {
    TABLE.iter().find(|known| known.code == code)
}

macro_rules! codes {
    ($($name:ident $code:literal $title:literal => $advice:literal;)*) => {
        $(#[doc = $title] pub(crate) const $name: &str = $code;)*
        static TABLE: &[Code] = &[$(Code { code: $code, title: $title, advice: $advice },)*];
    };
}

codes! {
    MALFORMED "D0101" "text that is no YAML" => "Mend what the message names; often it is indentation or a missing quote.";
    TAB "D0102" "a tab in the indentation" => "Indent with spaces.";
    SEVERAL_DOCUMENTS "D0103" "several documents in one text" => "Give each workflow a file of its own.";
    TOO_LARGE "D0104" "a definition beyond the limits of size, depth or count" => "Keep data out of the definition.";
    DUPLICATE_KEY "D0105" "a key given twice" => "Keep one of the two.";
    TAG "D0106" "a tag that does not exist or does not fit its value" => "There is `!expr`, `!template` and `!literal`.";
    ALIAS "D0107" "an alias without a value to repeat" => "Mark the value with `&name` before it is repeated, or put quotes around the text.";
    KEY "D0108" "a key that is no text" => "Write a word before the colon.";
    NUMBER "D0109" "a number that JSON does not have" => "Use a finite number, or put it in quotes.";
    EMPTY "D0110" "a text without a workflow" => "Begin with `nebula: 1`, `id` and `nodes`.";
    UNKNOWN_KEY "D0201" "a key that means nothing here" => "Take the suggested key, or remove it.";
    MISSING_KEY "D0202" "a key that must be given" => "Add it.";
    WRONG_TYPE "D0203" "a value of the wrong type" => "Write a value of the type that the message names.";
    INVALID_ID "D0204" "a name with characters that names do not have" => "Use letters, digits, `_` and `-`.";
    INVALID_REFERENCE "D0205" "an action written in the wrong form" => "Write `namespace.name@major` or `namespace.name@major.minor`.";
    INVALID_DURATION "D0206" "a duration that cannot be read" => "Write a number and a unit, as in `200ms`, `10s` or `1h 30m`.";
    FORMAT "D0207" "another version of the definition format" => "Write `nebula: 1`.";
    VALUE_TAG "D0208" "an object that looks like a tag but is none" => "Let the tag be the only key, or put the data inside `$literal`.";
    OUT_OF_RANGE "D0209" "a number outside its limits" => "Choose a number within the limits that the message names.";
    NOT_COMPUTED "D0210" "a tag where nothing is computed" => "Constants and schemas are data: compute in `parameters`, `when` or `output`.";

    DUPLICATE_NODE "P0101" "two nodes with one id" => "Rename one of them.";
    UNKNOWN_NODE "P0102" "a connection to a node that does not exist" => "Name an existing node.";
    CYCLE "P0103" "connections that go in a circle" => "Remove one connection of the circle.";
    DUPLICATE_CONNECTION "P0104" "two connections between the same nodes" => "Keep one; join two conditions with `||`.";
    NO_NODES "P0105" "a workflow without nodes" => "Add a node.";
    TOO_MANY_NODES "P0106" "more nodes than a workflow may have" => "Divide the workflow.";

    BLOCK "P0107" "a block that is put together wrongly" => "Give `flow.for_each` a `body`, and connect nodes inside of it with each other only.";
    FLOW "P0108" "a called workflow that does not exist or calls itself" => "Put it under `flows`, and let no circle of calls be.";
    UNKNOWN_PORT "P0109" "a connection from a port that the node does not have" => "Take the suggested port; without one the connection is taken whenever the node completes.";
    ERROR_NOT_ROUTED "P0110" "a connection from the failures of a node that does not route them" => "Say `on_error: route` at the node.";
    ERROR_LEADS_NOWHERE "P0111" "a node whose routed failures lead nowhere" => "Add a connection from its port `error`, or say `on_error: continue`.";

    UNKNOWN_ACTION "P0201" "an action that does not exist" => "Take the suggested one, or install it.";
    ACTION_VERSION "P0202" "an action that exists only in other versions" => "Name a version that exists.";
    PARAMETER "P0203" "a parameter that breaks the action's schema" => "Write what the schema wants.";
    UNKNOWN_PARAMETER "P0204" "a parameter that the action does not have" => "Take the suggested name, or remove it.";
    SCHEMA "P0205" "a schema that is no JSON Schema" => "Mend the schema; only references inside it are followed.";
    COMPUTED "P0206" "an expression where the value must be known before the run" => "Write the value itself.";
    WRITTEN "P0207" "a value where only an expression is taken" => "Write an expression.";

    ROOT "P0301" "a root that has no value at this place" => "Read from `$input`, `$nodes` or another root that exists here.";
    READ_UNKNOWN_NODE "P0302" "reading a node that does not exist" => "Name an existing node.";
    READ_ORDER "P0303" "reading a node that has not ended by then" => "Connect it, so that it runs before.";
    READ_SKIPPED "P0304" "reading a node that may have been skipped, or have failed" => "Say what to use instead: `… ?? null`.";
    READ_VAR "P0305" "reading a constant that does not exist" => "Define it under `vars`.";
    READ_BLOCK "P0306" "reading across the border of a block" => "Inside a block read `$item`; outside of it, the block's own result.";
    PARAMETER_TYPE "P0309" "an expression of a type that its place does not take" => "Convert the value, or give another one.";
    SINK "P0310" "values from outside inside a text that something else runs" => "Bind them as parameters.";
    COST "P0311" "an expression that may cost more than one may" => "Take less of the list, or divide the work.";

    UNKNOWN_CREDENTIAL "P0401" "a credential slot that the action does not have" => "Take the suggested name, or remove it.";
    MISSING_CREDENTIAL "P0402" "a credential slot that must be filled" => "Name a credential under `credentials`.";
    UNSAFE_RETRY "P0403" "retrying what may be done only once" => "Remove `retry`, or make the call idempotent.";
    RETRY_UNSURE "P0404" "retrying what may be allowed only once, depending on the run" => "Nothing, if the value is known to allow it.";
    NOT_GRANTED "P0405" "something an action needs and nobody granted" => "Grant it with the option that the message prints.";
    TARGET "P0406" "a parameter that should name a host, a file, a program or a variable and does not" => "Write one that can be read.";

    RESOURCE_TYPE "P0501" "a resource of a type that does not exist" => "Take the suggested type, or register an action that has a slot for it.";
    RESOURCE_CONFIG "P0502" "a resource whose configuration breaks its schema" => "Write what the schema wants.";
    RESOURCE_CREDENTIAL "P0503" "a credential of a resource that is missing, or for which it has no slot" => "Name a credential for each slot under the resource's `credentials`.";
    UNKNOWN_RESOURCE_SLOT "P0504" "a resource slot that the action does not have" => "Take the suggested name, or remove it.";
    UNKNOWN_RESOURCE "P0505" "a resource that nobody has configured" => "Take the suggested name, or configure it.";
    WRONG_RESOURCE "P0506" "a resource of another type than the slot's" => "Name one of the slot's type.";
    MISSING_RESOURCE "P0507" "a resource slot that must be filled" => "Name a resource under `resources`; if there is only one of the type, or it needs no configuration, it is taken by itself.";
    RESOURCE_NOT_GRANTED "P0508" "something a resource needs and nobody granted" => "Grant it with the option that the message prints.";
    RESOURCE_TWICE "P0509" "a node that wants more of one resource at a time than there is" => "Give one of its slots another resource.";

    DUPLICATE_TRIGGER "P0601" "two triggers with one id" => "Rename one of them.";
    NOT_A_TRIGGER "P0602" "an action under `triggers` that is no trigger" => "Name an action that is one; others are nodes.";
    TRIGGER_AS_NODE "P0603" "a trigger as a node" => "Write it under `triggers`.";
    TRIGGER_COMPUTED "P0604" "an expression in the parameters of a trigger" => "Write the value itself; events are read in `input`.";
    TRIGGER_INPUT "P0605" "an input of a trigger that the workflow does not take" => "Let `input` give what the workflow's schema wants.";
    TRIGGER_INTERVAL "P0606" "a trigger that is polled too often or too seldom" => "Choose an interval within the limits that the message names.";
}

#[cfg(test)]
mod tests;
