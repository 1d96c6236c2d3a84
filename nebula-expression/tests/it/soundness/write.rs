//! Writes expressions, most of them such that they are right for the types of the world.

use nebula_expression::Type;
use nebula_expression::ty::{Fit, Rest, TextType};

use super::calls;
use super::random::Random;
use super::world::{TEXTS, World, a_type};

/// Something that can be read, as it is written.
#[derive(Clone)]
struct Place {
    /// As if everything were there.
    plain: String,
    /// With `?.` where something may be missing.
    safe: String,
    /// Its type, null aside.
    ty: Type,
    /// Whether it may be null or missing.
    nullable: bool,
}

pub(super) struct Writer<'w> {
    random: &'w mut Random,
    places: Vec<Place>,
    /// Names that are bound, with all that can be read of them.
    locals: Vec<(&'static str, Vec<Place>)>,
    /// Parts still to be written, so that no text becomes too long.
    left: usize,
    /// Of a hundred parts so many are of a wrong type.
    chaos: usize,
    in_text: bool,
}

const LOCALS: [&str; 5] = ["x", "y", "item", "acc", "v"];
const PATTERNS: [&str; 5] = ["r'\\\\d+'", "'a|b'", "r'(x)(y)?'", "'^.'", "''"];

impl<'w> Writer<'w> {
    pub(super) fn new(random: &'w mut Random, world: &World, chaos: usize) -> Self {
        let mut places = Vec::new();
        for (name, ty, absent) in world.starts() {
            descend(&mut places, name, name, &ty, absent, 4);
        }
        Self { random, places, locals: Vec::new(), left: 40, chaos, in_text: false }
    }

    /// An expression of a random type.
    pub(super) fn expression(&mut self) -> String {
        let ty = self.a_target(2);
        let depth = 1 + self.random.below(4);
        self.of(&ty, depth)
    }

    /// A type to aim for, with nothing in it that may be anything.
    fn a_target(&mut self, depth: usize) -> Type {
        match self.random.below(10) {
            0 => Type::Timestamp,
            1 => Type::Duration,
            2 => Type::Bytes,
            3 | 4 => {
                let at = self.random.below(self.places.len());
                match &self.places[at].ty {
                    Type::Never | Type::Null => Type::Bool,
                    ty => ty.clone(),
                }
            }
            _ => a_type(self.random, depth, false).without_null(),
        }
    }

    /// An expression of this type.
    fn of(&mut self, ty: &Type, depth: usize) -> String {
        self.left = self.left.saturating_sub(1);
        if self.random.percent(self.chaos) {
            let other = self.a_target(1);
            return self.right(&other, depth);
        }
        self.right(ty, depth)
    }

    fn right(&mut self, ty: &Type, depth: usize) -> String {
        if depth == 0 || self.left == 0 {
            return self.leaf(ty);
        }
        match self.random.below(20) {
            0..=3 => self.leaf(ty),
            4 => {
                let (condition, then, other) =
                    (self.of(&Type::Bool, depth - 1), self.of(ty, depth - 1), self.of(ty, depth - 1));
                format!("({condition} ? {then} : {other})")
            }
            5 => self.binding(ty, depth),
            6 => self.narrowed(ty, depth),
            7 | 8 => {
                let form = *self.random.pick(calls::ELEMENTS);
                self.fill(form, ty, depth)
            }
            _ => self.made(ty, depth),
        }
    }

    /// A function or an operator that gives this type.
    fn made(&mut self, ty: &Type, depth: usize) -> String {
        let (forms, each) = match ty {
            Type::Bool if self.random.percent(25) => (calls::BOOLS_EACH, true),
            Type::Bool => (calls::BOOLS, false),
            Type::Integer => (calls::INTEGERS, false),
            Type::Number if self.random.percent(40) => (calls::INTEGERS, false),
            Type::Number => (calls::NUMBERS, false),
            Type::Text(TextType { values: None, .. }) if !self.in_text && self.random.percent(10) => {
                return self.format(depth);
            }
            Type::Text(TextType { values: None, .. }) => (calls::TEXTS, false),
            Type::Timestamp => (calls::TIMES, false),
            Type::Duration => (calls::DURATIONS, false),
            Type::Bytes => (calls::BYTES, false),
            Type::List(element) => {
                let forms = match (&**element, self.random.below(10)) {
                    (Type::Text(TextType { values: None, .. }), 0..=4) => calls::LISTS_OF_TEXT,
                    (Type::Integer | Type::Number, 0..=2) => calls::LISTS_OF_INTEGERS,
                    (_, 0..=5) => calls::LISTS_EACH,
                    _ => calls::LISTS,
                };
                let form = *self.random.pick(forms);
                return self.fill(form, element, depth);
            }
            Type::Union(types) => {
                let one = self.random.pick(types).clone();
                return self.of(&one, depth);
            }
            _ => return self.leaf(ty),
        };
        let form = *self.random.pick(forms);
        let element = if each { self.an_element() } else { Type::Bool };
        self.fill(form, &element, depth)
    }

    /// The element of some list that is there, or any.
    fn an_element(&mut self) -> Type {
        for _ in 0..4 {
            let at = self.random.below(self.places.len());
            if let Type::List(element) = &self.places[at].ty
                && !element.is_any()
            {
                return (**element).clone();
            }
        }
        a_type(self.random, 1, false)
    }

    /// A form with its holes filled.
    fn fill(&mut self, form: &str, element: &Type, depth: usize) -> String {
        let list = Type::list(element.clone());
        let name = *self.random.pick(&LOCALS);
        let below = depth.saturating_sub(1);
        let mut out = String::new();
        let mut rest = form;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let hole = rest[open + 1..].find('}').map(|end| &rest[open + 1..open + 1 + end]);
            let Some(hole) = hole.filter(|hole| hole.len() < 3 && hole.bytes().all(|b| b.is_ascii_alphabetic())) else {
                out.push('{');
                rest = &rest[open + 1..];
                continue;
            };
            rest = &rest[open + 2 + hole.len()..];
            let part = match hole {
                "s" => self.of(&Type::text(), below),
                "n" => self.of(&Type::Number, below),
                "i" => self.of(&Type::Integer, below),
                "k" => self.random.below(4).to_string(),
                "b" => self.of(&Type::Bool, below),
                "t" => self.of(&Type::Timestamp, below),
                "d" => self.of(&Type::Duration, below),
                "y" => self.of(&Type::Bytes, below),
                "ls" => self.of(&Type::list(Type::text()), below),
                "ln" => self.of(&Type::list(Type::Number), below),
                "li" => self.of(&Type::list(Type::Integer), below),
                "lt" => self.of(&Type::list(Type::Timestamp), below),
                "la" => {
                    let element = self.an_element();
                    self.of(&Type::list(element), below)
                }
                "o" => {
                    let ty = Type::map(a_type(self.random, 0, false));
                    self.of(&ty, below)
                }
                "a" => {
                    let ty = self.a_target(1);
                    self.of(&ty, below)
                }
                "p" => {
                    let at = self.random.below(self.places.len());
                    let place = &self.places[at];
                    if form.contains("has") || form.contains("isN") { place.plain.clone() } else { place.safe.clone() }
                }
                "P" => (*self.random.pick(&PATTERNS)).replace("\\\\", "\\"),
                "L" => self.of(&list, below),
                "E" => self.of(element, below),
                "x" => name.to_owned(),
                "B" => self.with(name, element, &Type::Bool, below),
                "S" => self.with(name, element, &Type::text(), below),
                "K" => {
                    let key = self.random.pick(&[Type::Integer, Type::text(), Type::Bool, Type::Timestamp]).clone();
                    self.with(name, element, &key, below)
                }
                "A" => {
                    let any = self.a_target(0);
                    self.with(name, element, &any, below)
                }
                "X" => self.with(name, element, element, below),
                other => panic!("no part is called {other}: {form}"),
            };
            out.push_str(&part);
        }
        out.push_str(rest);
        out
    }

    /// Something that may read a name of type `of`.
    fn with(&mut self, name: &'static str, of: &Type, ty: &Type, depth: usize) -> String {
        self.bind(name, of);
        let part = self.of(ty, depth);
        self.locals.pop();
        part
    }

    fn bind(&mut self, name: &'static str, of: &Type) {
        let mut places = Vec::new();
        descend(&mut places, name, name, of, false, 2);
        self.locals.push((name, places));
    }

    fn binding(&mut self, ty: &Type, depth: usize) -> String {
        let many = 1 + self.random.below(2);
        let mut out = String::from("(");
        for _ in 0..many {
            let name = *self.random.pick(&LOCALS);
            let bound = self.a_target(1);
            let value = self.of(&bound, depth - 1);
            out.push_str(&format!("let {name} = ({value}) in "));
            self.bind(name, &bound);
        }
        out.push_str(&self.of(ty, depth - 1));
        out.push(')');
        self.locals.truncate(self.locals.len() - many);
        out
    }

    /// `has(path) ? … path … : other`, and what means the same.
    fn narrowed(&mut self, ty: &Type, depth: usize) -> String {
        let nullable: Vec<Place> = self.places.iter().filter(|place| place.nullable).cloned().collect();
        if nullable.is_empty() {
            return self.made(ty, depth);
        }
        let place = self.random.pick(&nullable).clone();
        let Place { plain, safe, .. } = place.clone();
        let form = self.random.below(7);
        let other = self.of(ty, depth - 1);
        // Its parts are not known to be there, but it is.
        let before = self.places.len();
        let known = &place.ty;
        descend(&mut self.places, &plain, &plain, known, false, 1);
        for _ in 0..3 {
            self.places.push(Place { nullable: false, safe: plain.clone(), ..place.clone() });
        }
        let (then, also) = (self.of(ty, depth - 1), self.of(&Type::Bool, depth - 1));
        self.places.truncate(before);
        match form {
            0 => format!("(has({plain}) ? {then} : {other})"),
            1 => format!("({safe} != null ? {then} : {other})"),
            2 => format!("(isNull({plain}) ? {other} : {then})"),
            3 => format!("(!has({plain}) ? {other} : {then})"),
            4 => format!("(has({plain}) && {also} ? {then} : {other})"),
            5 => format!("(isNull({plain}) || {also} ? {other} : {other})"),
            _ => format!("(null == {safe} ? {other} : {then})"),
        }
    }

    fn format(&mut self, depth: usize) -> String {
        self.in_text = true;
        let types = [Type::text(), Type::Number, Type::Bool, Type::Timestamp];
        let (one, other) = (self.random.pick(&types).clone(), self.random.pick(&types).clone());
        let (a, b) = (self.of(&one, depth - 1), self.of(&other, depth - 1));
        self.in_text = false;
        format!("f\"a {{{{ {a} }}}}, {{{{ {b} }}}}\\n\"")
    }

    fn leaf(&mut self, ty: &Type) -> String {
        if self.random.percent(70)
            && let Some(place) = self.a_place(ty)
        {
            return self.reading(&place, ty);
        }
        self.literal(ty, 3)
    }

    /// Something of this type that can be read here.
    fn a_place(&mut self, ty: &Type) -> Option<Place> {
        let mut visible: Vec<&Place> = Vec::new();
        for (at, (name, places)) in self.locals.iter().enumerate() {
            if !self.locals[at + 1..].iter().any(|(inner, _)| inner == name) {
                // What is near is read more often.
                visible.extend(places.iter().chain(places));
            }
        }
        visible.extend(&self.places);
        let fits = |place: &&Place| place.ty.fits_inside(ty) == Fit::Yes && place.ty != Type::Never;
        let start = self.random.below(visible.len());
        let (after, before) = (&visible[start..], &visible[..start]);
        after.iter().chain(before).find(|place| fits(place)).map(|place| (*place).clone())
    }

    fn reading(&mut self, place: &Place, ty: &Type) -> String {
        let Place { plain, safe, nullable, .. } = place;
        if !nullable {
            return plain.clone();
        }
        let default = self.literal(ty, 2);
        match self.random.below(5) {
            0 => format!("({safe} ?? {default})"),
            1 => format!("(has({plain}) ? {plain} : {default})"),
            2 => format!("default({plain}, {default})"),
            3 => format!("({safe} == null ? {default} : {plain})"),
            _ => format!("({plain} ?? {default})"),
        }
    }

    fn literal(&mut self, ty: &Type, depth: usize) -> String {
        match ty {
            Type::Bool => ["true", "false"][self.random.below(2)].to_owned(),
            Type::Integer => (*self.random.pick(&["0", "1", "2", "7", "-3", "18446744073709551615"])).to_owned(),
            Type::Number => (*self.random.pick(&["0.5", "1", "-2.75", "1e300", "12.25", "0"])).to_owned(),
            Type::Text(TextType { values: Some(values), .. }) => quoted(&values[self.random.below(values.len())]),
            Type::Text(_) => quoted(TEXTS[self.random.below(TEXTS.len())]),
            Type::Timestamp => "now()".to_owned(),
            Type::Duration => "duration('PT1H')".to_owned(),
            Type::Bytes => "toBytes('abc')".to_owned(),
            Type::List(_) if depth == 0 => "[]".to_owned(),
            Type::List(element) => {
                let many = self.random.below(3);
                let items: Vec<String> = (0..many).map(|_| self.literal(element, depth - 1)).collect();
                format!("[{}]", items.join(", "))
            }
            Type::Object(object) => {
                let mut members = Vec::new();
                for (name, member) in &object.members {
                    if member.required || self.random.percent(50) {
                        members.push(format!(
                            "{}: {}",
                            quoted(name),
                            self.literal(&member.ty, depth.saturating_sub(1))
                        ));
                    }
                }
                if let Rest::Of(ty) = &object.rest
                    && self.random.percent(50)
                {
                    members.push(format!("rest: {}", self.literal(ty, depth.saturating_sub(1))));
                }
                format!("{{{}}}", members.join(", "))
            }
            Type::Union(types) => {
                let one = self.random.pick(types).clone();
                self.literal(&one, depth)
            }
            Type::Any | Type::Never | Type::Null => "null".to_owned(),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\"))
}

/// All that can be read from a place on, itself included.
fn descend(places: &mut Vec<Place>, plain: &str, safe: &str, ty: &Type, nullable: bool, depth: usize) {
    let (nullable, ty) = (nullable || ty.has_null(), ty.without_null());
    places.push(Place { plain: plain.to_owned(), safe: safe.to_owned(), ty: ty.clone(), nullable });
    if depth == 0 || places.len() > 60 {
        return;
    }
    match &ty {
        Type::Object(object) => {
            let mut step = |name: &str, ty: &Type, optional: bool| {
                let written = match name {
                    "two words" | "größe" => format!("['{name}']"),
                    name => name.to_owned(),
                };
                let dot = if written.starts_with('[') { "" } else { "." };
                let (mark, always) = if nullable || optional { ("?.", false) } else { (dot, true) };
                let plain = format!("{plain}{dot}{written}");
                descend(places, &plain, &format!("{safe}{mark}{written}"), ty, !always, depth - 1);
            };
            for (name, member) in &object.members {
                step(name, &member.ty, !member.required);
            }
            match &object.rest {
                Rest::Of(ty) => step("other", ty, true),
                Rest::Open => step("other", &Type::Any, true),
                Rest::Closed => {}
            }
        }
        Type::List(element) => {
            let mark = if nullable { "?." } else { "" };
            descend(places, &format!("{plain}[0]"), &format!("{safe}{mark}[0]"), element, nullable, depth - 1);
        }
        _ => {}
    }
}
