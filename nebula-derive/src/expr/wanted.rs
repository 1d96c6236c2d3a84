//! The type after `=>`, in the words of the language: `bool`, `list<number>`, `string?`.

use nebula_expression::{
    Type,
    ty::{Fit, Why},
};
use syn::{Ident, Token, ext::IdentExt, parse::ParseStream};

use crate::nearest;

const NAMES: [&str; 6] = ["bool", "integer", "list", "number", "object", "string"];
/// What the same is called elsewhere.
const ALIASES: [(&str, &str); 12] = [
    ("boolean", "bool"),
    ("f32", "number"),
    ("f64", "number"),
    ("float", "number"),
    ("i32", "integer"),
    ("i64", "integer"),
    ("int", "integer"),
    ("str", "string"),
    ("String", "string"),
    ("text", "string"),
    ("Vec", "list"),
    ("Value", "object"),
];
/// Lists within lists.
const DEEPEST: usize = 4;

/// A type of JSON.
pub(super) struct Wanted(Type);

impl Wanted {
    pub(super) fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        one(input, DEEPEST).map(Self)
    }

    pub(super) fn is_condition(&self) -> bool {
        self.0 == Type::Bool
    }

    /// What is wrong when something is known to be of type `found`, and that does not fit.
    pub(super) fn problem(&self, found: &Type) -> Option<String> {
        let Fit::No(mismatch) = found.fits(&self.0) else { return None };
        let wanted = &self.0;
        let subject = match mismatch.path.as_str() {
            "" => "this".to_owned(),
            path => format!("`{path}` of this"),
        };
        Some(match mismatch.why {
            Why::Null if found.without_null() == Type::Never => format!("{subject} is null, not `{wanted}`"),
            Why::Null => format!(
                "{subject} may be null, and `{}` is not\n  = help: give a default with `??`, or write `=> {wanted}?`",
                mismatch.wanted
            ),
            _ => format!("{subject} is `{}`, not `{}`", mismatch.found, mismatch.wanted),
        })
    }
}

fn one(input: ParseStream<'_>, depth: usize) -> syn::Result<Type> {
    let name = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(error.span(), format!("a type follows `=>`; there are {}", nearest::list(&NAMES)))
    })?;
    let ty = match name.to_string().as_str() {
        "bool" => Type::Bool,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "object" => Type::any_object(),
        "string" => Type::text(),
        "list" => Type::list(element(input, depth)?),
        other => return Err(syn::Error::new(name.span(), unknown(other))),
    };
    Ok(if input.parse::<Option<Token![?]>>()?.is_some() { ty.nullable() } else { ty })
}

/// `<number>`; without, the elements can be anything.
fn element(input: ParseStream<'_>, depth: usize) -> syn::Result<Type> {
    if !input.peek(Token![<]) {
        return Ok(Type::Any);
    }
    input.parse::<Token![<]>()?;
    if depth == 0 {
        return Err(input.error("that many lists within lists are not checked: write `list`"));
    }
    let element = one(input, depth - 1)?;
    input.parse::<Token![>]>()?;
    Ok(element)
}

fn unknown(name: &str) -> String {
    match ALIASES.iter().find(|(alias, _)| *alias == name) {
        Some((_, known)) => format!("the language calls it `{known}`"),
        None => format!("unknown type `{name}`{}", nearest::hint(name, &NAMES)),
    }
}
