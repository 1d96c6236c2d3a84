//! Texts that something else runs — SQL, a shell, a browser — must not be put together with values of others.

use nebula_expression::{Root, Template};
use nebula_ports::{diagnostic::Diagnostic, model::NodeId};

use crate::plan::code;

/// The keyword of such a parameter; its value says what runs it.
pub(super) const KEYWORD: &str = "x-nebula-sink";

/// Roots with values that come from outside of the definition.
const FOREIGN: [Root; 4] = [Root::Input, Root::Nodes, Root::Trigger, Root::Item];

/// Refuses foreign values amid the text of a template for `sink`.
pub(super) fn check(
    template: &Template,
    sink: &str,
    pointer: &str,
    node: Option<&NodeId>,
    found: &mut Vec<Diagnostic>,
) {
    // Without text around it there is nothing that a value could break out of.
    if template.is_whole() {
        return;
    }
    let foreign = template.paths().iter().filter(|path| FOREIGN.contains(&path.root));
    found.extend(foreign.map(|path| {
        let text = path.span.slice(template.source());
        let message =
            format!("`{text}` is put into the text of {}: whoever makes the value decides what is run", words(sink));
        let mut diagnostic = Diagnostic::error(code::SINK, pointer, message)
            .with_inner(path.span.start as usize, path.span.end as usize)
            .with_label("a value from outside")
            .with_help(help(sink));
        diagnostic.node = node.cloned();
        diagnostic
    }));
}

fn words(sink: &str) -> &str {
    match sink {
        "sql" => "an SQL statement",
        "shell" => "a shell command",
        "html" => "an HTML page",
        other => other,
    }
}

fn help(sink: &str) -> &'static str {
    match sink {
        "sql" => "write a placeholder (`?` or `$1`) and bind the value as a parameter of the statement",
        "shell" => "give the value to the command as an argument or an environment variable",
        "html" => "give the value to the page as data",
        _ => "give the value as a parameter of its own",
    }
}
