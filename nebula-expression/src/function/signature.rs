//! What a function takes and gives, read from the text that documents it: the two cannot differ.

use std::sync::Arc;

use crate::ty::{ObjectType, Rest, Type};

/// `name(param: type = default, …): type`
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<Param>,
    pub(crate) result: Shape,
    /// How many must be given.
    required: usize,
    /// The last may be given any number of times.
    pub(crate) variadic: bool,
}

#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) shape: Shape,
}

/// A type with holes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Type(Type),
    /// `T`: the same type wherever it occurs.
    Var(char),
    List(Box<Shape>),
    /// `map<T>`: an object whose members are all alike.
    Map(Box<Shape>),
    /// `T?`
    Nullable(Box<Shape>),
    Union(Vec<Shape>),
    /// `(T, integer) => U`
    Function {
        params: Vec<Shape>,
        result: Box<Shape>,
    },
}

/// The name in front of the parenthesis.
pub(crate) const fn name(signature: &'static str) -> &'static str {
    let bytes = signature.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'(' {
        at += 1;
    }
    signature.split_at(at).0
}

impl Signature {
    /// Reads a signature of the library. What it cannot read is `any`; a test reads them all.
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = Reader { rest: text };
        reader.word();
        let mut params = Vec::new();
        let mut required = 0;
        let mut variadic = false;
        reader.take("(");
        while !reader.take(")") && !reader.rest.is_empty() {
            variadic |= reader.take("...");
            reader.word();
            reader.take(":");
            let shape = reader.union();
            let has_default = reader.take("=");
            if has_default {
                reader.default();
            } else if !variadic {
                required += 1;
            }
            params.push(Param { shape });
            reader.take(",");
        }
        reader.take(":");
        let result = reader.union();
        debug_assert!(reader.rest.is_empty(), "{text}: {}", reader.rest);
        Self { params, result, required, variadic }
    }

    pub(crate) fn takes(&self, count: usize) -> bool {
        count >= self.required && (self.variadic || count <= self.params.len())
    }

    /// The parameter an argument is for.
    pub(crate) fn param(&self, at: usize) -> Option<&Param> {
        self.params.get(at).or_else(|| if self.variadic { self.params.last() } else { None })
    }

    pub(crate) fn lambda_params(&self, at: usize) -> Option<usize> {
        match &self.param(at)?.shape {
            Shape::Function { params, .. } => Some(params.len()),
            _ => None,
        }
    }
}

struct Reader<'s> {
    rest: &'s str,
}

impl<'s> Reader<'s> {
    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(text);
        if let Some(rest) = found {
            self.rest = rest.trim_start();
        }
        found.is_some()
    }

    fn word(&mut self) -> &'s str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        self.rest = rest[end..].trim_start();
        &rest[..end]
    }

    /// A constant up to the next comma or parenthesis; text may hold both.
    fn default(&mut self) {
        let mut quoted = false;
        let end = self.rest.find(|c: char| {
            quoted ^= c == '"';
            !quoted && matches!(c, ',' | ')')
        });
        self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
    }

    fn union(&mut self) -> Shape {
        let first = self.shape();
        if !self.rest.starts_with('|') {
            return first;
        }
        let mut shapes = vec![first];
        while self.take("|") {
            shapes.push(self.shape());
        }
        let types: Option<Vec<Type>> = shapes.iter().map(Shape::as_type).collect();
        types.map_or(Shape::Union(shapes), |types| Shape::Type(Type::union(types)))
    }

    fn shape(&mut self) -> Shape {
        let mut shape = if self.take("(") {
            let mut params = Vec::new();
            while !self.take(")") && !self.rest.is_empty() {
                params.push(self.union());
                self.take(",");
            }
            self.take("=>");
            return Shape::Function { params, result: Box::new(self.union()) };
        } else {
            self.plain()
        };
        if self.take("?") {
            shape = match shape {
                Shape::Type(ty) => Shape::Type(ty.nullable()),
                other => Shape::Nullable(Box::new(other)),
            };
        }
        shape
    }

    fn plain(&mut self) -> Shape {
        let word = self.word();
        let inner = if self.take("<") {
            let inner = self.union();
            self.take(">");
            inner
        } else {
            Shape::Type(Type::Any)
        };
        let ty = match (word, inner) {
            ("list", Shape::Type(element)) => Type::list(element),
            ("list", element) => return Shape::List(Box::new(element)),
            ("map", Shape::Type(member)) => map(member),
            ("map", member) => return Shape::Map(Box::new(member)),
            ("string", _) => Type::text(),
            ("number", _) => Type::Number,
            ("integer", _) => Type::Integer,
            ("bool", _) => Type::Bool,
            ("null", _) => Type::Null,
            ("timestamp", _) => Type::Timestamp,
            ("duration", _) => Type::Duration,
            ("bytes", _) => Type::Bytes,
            ("object", _) => Type::Object(Arc::new(ObjectType { rest: Rest::Open, ..ObjectType::default() })),
            (var, _) if var.len() == 1 => return Shape::Var(var.chars().next().unwrap_or('T')),
            _ => Type::Any,
        };
        Shape::Type(ty)
    }
}

/// An object whose members are all of one type.
pub(crate) fn map(member: Type) -> Type {
    Type::Object(Arc::new(ObjectType { rest: Rest::Of(member), ..ObjectType::default() }))
}

impl Shape {
    fn as_type(&self) -> Option<Type> {
        match self {
            Self::Type(ty) => Some(ty.clone()),
            _ => None,
        }
    }
}
