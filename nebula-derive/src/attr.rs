//! Attributes as written: entries `key`, `key = value`, `key(..)`, read into slots that notice repetition.

pub(crate) mod action;
pub(crate) mod credential;
pub(crate) mod node;
pub(crate) mod param;
pub(crate) mod resource;
pub(crate) mod serde;
pub(crate) mod trigger;
pub(crate) mod workflow;

use proc_macro2::Span;
use syn::{
    Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path, Token,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::{ctxt::Ctxt, nearest};

/// One entry of an attribute.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What follows an entry's key.
pub(crate) enum Value {
    /// Nothing.
    Flag,
    /// `= expression`
    Assign(Expr),
    /// `( .. )`
    List(Vec<Item>),
}

/// A part of a list.
pub(crate) enum Item {
    Literal(Lit),
    /// `literal = literal`
    Pair(Lit, Lit),
    Entry(Entry),
}

/// A key's value, once.
pub(crate) struct Slot<T> {
    found: Option<(Ident, T)>,
}

// === impl Entry, Item ===

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Assign(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let inner;
            parenthesized!(inner in input);
            let items = inner.parse_terminated(Item::parse, Token![,])?;
            Value::List(items.into_iter().collect())
        } else {
            Value::Flag
        };
        Ok(Self { key, value })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Lit) {
            return input.parse().map(Self::Entry);
        }
        let literal = input.parse()?;
        if !input.peek(Token![=]) {
            return Ok(Self::Literal(literal));
        }
        input.parse::<Token![=]>()?;
        Ok(Self::Pair(literal, input.parse()?))
    }
}

impl Item {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Literal(literal) | Self::Pair(literal, _) => literal.span(),
            Self::Entry(entry) => entry.key.span(),
        }
    }
}

impl Entry {
    /// The key's word.
    pub(crate) fn word(&self) -> String {
        self.key.unraw().to_string()
    }

    /// `key = "text"`.
    pub(crate) fn text(&self, cx: &Ctxt) -> Option<LitStr> {
        match &self.value {
            Value::Assign(value) => text_of(value).or_else(|| {
                cx.error(value, format!("`{}` is a text: write `{0} = \"..\"`", self.word()));
                None
            }),
            Value::Flag | Value::List(_) => {
                cx.error(&self.key, format!("`{}` wants a text: write `{0} = \"..\"`", self.word()));
                None
            }
        }
    }

    /// `key = expression`.
    pub(crate) fn expr(&self, cx: &Ctxt) -> Option<Expr> {
        match &self.value {
            Value::Assign(value) => Some(value.clone()),
            Value::Flag | Value::List(_) => {
                cx.error(&self.key, format!("`{}` wants a value: write `{0} = ..`", self.word()));
                None
            }
        }
    }

    /// `key` alone.
    pub(crate) fn flag(&self, cx: &Ctxt) -> Option<()> {
        match &self.value {
            Value::Flag => Some(()),
            Value::Assign(value) => {
                cx.error(value, format!("`{}` takes no value", self.word()));
                None
            }
            Value::List(items) => {
                let span = items.first().map_or(self.key.span(), Item::span);
                cx.error_at(span, format!("`{}` takes no value", self.word()));
                None
            }
        }
    }

    /// `key = 3`, a whole number.
    pub(crate) fn whole(&self, cx: &Ctxt) -> Option<(u64, Span)> {
        let value = self.expr(cx)?;
        match &value {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => match number.base10_parse() {
                Ok(number) => Some((number, syn::spanned::Spanned::span(&value))),
                Err(error) => {
                    cx.push(error);
                    None
                }
            },
            _ => {
                cx.error(&value, format!("`{}` is a whole number, as in `{0} = 3`", self.word()));
                None
            }
        }
    }

    /// `crate = "path"`.
    pub(crate) fn krate(&self, cx: &Ctxt) -> Option<Path> {
        let text = self.text(cx)?;
        text.parse_with(Path::parse_mod_style)
            .map_err(|_| cx.error(&text, "the path of nebula-sdk is wanted, as in \"my_crate::nebula\""))
            .ok()
    }

    /// Notes that the key is not in the grammar.
    pub(crate) fn unknown(&self, cx: &Ctxt, what: &str, known: &[&str]) {
        let word = self.word();
        cx.error(&self.key, format!("unknown {what} key `{word}`{}", nearest::hint(&word, known)));
    }
}

/// The text of a literal expression.
pub(crate) fn text_of(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        Expr::Group(group) => text_of(&group.expr),
        _ => None,
    }
}

/// All entries of the attributes named `name`; what cannot be read at all is noted.
pub(crate) fn entries(cx: &Ctxt, attrs: &[Attribute], name: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match &attr.meta {
            Meta::List(list) => match list.parse_args_with(Punctuated::<Entry, Token![,]>::parse_terminated) {
                Ok(found) => entries.extend(found),
                Err(error) => cx.push(error),
            },
            Meta::Path(_) | Meta::NameValue(_) => {
                cx.error(attr, format!("write `#[{name}(..)]`"));
            }
        }
    }
    entries
}

// === impl Slot ===

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { found: None }
    }
}

impl<T> Slot<T> {
    /// Fills the slot; `None` is a value that was wrong and is noted already, but the key was there.
    pub(crate) fn set(&mut self, cx: &Ctxt, key: &Ident, value: Option<T>) {
        if self.found.is_some() {
            cx.error(key, format!("`{}` is given twice", key.unraw()));
        } else if let Some(value) = value {
            self.found = Some((key.clone(), value));
        }
    }

    /// The value.
    pub(crate) fn get(&self) -> Option<&T> {
        self.found.as_ref().map(|(_, value)| value)
    }

    /// The key where it was written.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.found.as_ref().map(|(key, _)| key)
    }

    /// Key and value.
    pub(crate) fn pair(&self) -> Option<(&Ident, &T)> {
        self.found.as_ref().map(|(key, value)| (key, value))
    }

    /// The value, moved out.
    pub(crate) fn take(self) -> Option<T> {
        self.found.map(|(_, value)| value)
    }
}
