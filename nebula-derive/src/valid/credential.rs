//! The rules of `#[derive(Credential)]`.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Type, ext::IdentExt, spanned::Spanned};

use crate::{
    attr::credential::{CredentialAttr, Scheme},
    case::Case,
    ctxt::Ctxt,
    nearest, paths,
};

/// `#[derive(Credential)]`, with nothing left to look up.
pub(crate) struct Credential {
    pub(crate) ident: Ident,
    pub(crate) sdk: Path,
    pub(crate) id: LitStr,
    pub(crate) scheme: Scheme,
    pub(crate) fields: Vec<Field>,
}

/// One field of it.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// As stored.
    pub(crate) name: String,
    pub(crate) ty: Type,
}

/// The model, when every rule is kept.
pub(crate) fn check(cx: &Ctxt, input: &DeriveInput, attr: CredentialAttr) -> Option<Credential> {
    if !input.generics.params.is_empty() {
        cx.error(&input.generics, "a credential has no type parameters: it is one kind");
    }
    let id = id(cx, input, &attr);
    let fields = fields(cx, input);
    if attr.scheme.get().is_none() && !attr.broken.contains(&"scheme") {
        let message = "this credential has no scheme: write `#[credential(scheme = bearer)]`, or `basic`, `header(\"..\")`, \
                       `query(\"..\")` or `custom`";
        cx.error(&input.ident, message);
    }
    if let (Some(scheme), Some(fields)) = (attr.scheme.get(), &fields) {
        names(cx, scheme);
        fields_of_the_scheme(cx, input, scheme, fields);
    }
    if !cx.is_clean() {
        return None;
    }
    Some(Credential {
        ident: input.ident.clone(),
        id: id?,
        scheme: attr.scheme.take()?,
        fields: fields?,
        sdk: paths::sdk(attr.krate.take()),
    })
}

/// An id has a namespace, `weather.api`, of words of letters, digits, `_` and `-`.
fn id(cx: &Ctxt, input: &DeriveInput, attr: &CredentialAttr) -> Option<LitStr> {
    let Some(id) = attr.id.get() else {
        if !attr.broken.contains(&"id") {
            let word = Case::Snake.variant(&input.ident.unraw().to_string());
            let message = format!("this credential has no id: write `#[credential(id = \"namespace.{word}\", ..)]`");
            cx.error(&input.ident, message);
        }
        return None;
    };
    let text = id.value();
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    if !text.contains('.') {
        cx.error(id, "the id of a credential has a namespace, as in \"weather.api\"");
    } else if text.len() > 128 || !text.split('.').all(word) {
        let message = "the id of a credential is words with dots between: letters, digits, `_` and `-`, at most 128, as in \
                       \"weather.api\"";
        cx.error(id, message);
    }
    Some(id.clone())
}

/// A credential is a struct of named fields.
fn fields(cx: &Ctxt, input: &DeriveInput) -> Option<Vec<Field>> {
    const FORM: &str = "write `struct X { key: SecretString }`";
    let Data::Struct(data) = &input.data else {
        cx.error(&input.ident, format!("a credential is a struct: {FORM}"));
        return None;
    };
    let fields = match &data.fields {
        Fields::Named(fields) if !fields.named.is_empty() => fields,
        Fields::Named(_) | Fields::Unit => {
            cx.error(&input.ident, format!("a credential holds a secret: {FORM}"));
            return None;
        }
        Fields::Unnamed(fields) => {
            cx.error_at(fields.span(), format!("the fields of a credential have names: {FORM}"));
            return None;
        }
    };
    for attr in fields.named.iter().flat_map(|field| &field.attrs).filter(|attr| attr.path().is_ident("credential")) {
        cx.error(attr, "`#[credential(..)]` stands above the struct: nothing is to be said about a field");
    }
    let field = |field: &syn::Field| {
        let ident = field.ident.clone()?;
        Some(Field { name: ident.unraw().to_string(), ident, ty: field.ty.clone() })
    };
    fields.named.iter().map(field).collect()
}

/// A header has the name of a header, a parameter of the query has a name.
fn names(cx: &Ctxt, scheme: &Scheme) {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    match scheme {
        Scheme::Header(name) if name.value().is_empty() || !name.value().bytes().all(is_token) => {
            cx.error(name, "this is no name of a header: letters, digits and `-`, as in \"X-Api-Key\"");
        }
        Scheme::Query(name) if name.value().is_empty() => {
            cx.error(name, "the name of a parameter of the query is wanted, as in \"key\"");
        }
        _ => {}
    }
}

/// What one place carries is one field; `basic` has a user name and a password.
fn fields_of_the_scheme(cx: &Ctxt, input: &DeriveInput, scheme: &Scheme, fields: &[Field]) {
    const BASIC: [&str; 2] = ["username", "password"];
    match scheme {
        Scheme::Custom => {}
        Scheme::Basic => {
            let others: Vec<_> = fields.iter().filter(|field| !BASIC.contains(&field.name.as_str())).collect();
            for field in &others {
                let near = nearest::hint(&field.name, &BASIC);
                cx.error(&field.ident, format!("`basic` sends no `{}`{near}", field.name));
            }
            // One that is only misspelt is told once.
            let is_there = |name: &str| {
                fields.iter().any(|field| field.name == name)
                    || others.iter().any(|field| nearest::nearest(&field.name, &BASIC) == Some(name))
            };
            for name in BASIC.iter().filter(|name| !is_there(name)) {
                cx.error(&input.ident, format!("`basic` wants a field `{name}`: write `{name}: SecretString`"));
            }
        }
        Scheme::Bearer | Scheme::Header(_) | Scheme::Query(_) => {
            for field in &fields[1..] {
                let message =
                    "this scheme sends one text, so there is one field; with `scheme = custom` there may be more";
                cx.error(&field.ident, message);
            }
        }
    }
}
