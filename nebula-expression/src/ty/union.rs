//! One of several types, as one type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::bounds::{Fuel, MOST_NODES, MOST_VALUES};
use super::{Member, ObjectType, Rest, TextFormat, TextType, Type};

/// Look-ups of members in maps that have none of that name. Past it the answer is `Any`.
const MOST_LOOKUPS: usize = 1_000_000;

impl Type {
    /// Whatever is of one of these types, in normal form. `Never` if there are none.
    ///
    /// Strings, lists and objects become one alternative each: the possible values of both strings; a list of either
    /// element; an object in which a member is required only if every object requires it.
    pub fn union(types: impl IntoIterator<Item = Self>) -> Self {
        let mut types: Vec<Self> = types.into_iter().collect();
        if types.len() == 1 {
            return types.remove(0);
        }
        join(types.iter(), &mut Fuel::new(MOST_NODES, super::bounds::DEEPEST)).bounded()
    }
}

/// The union without a check of its size. The fuel counts nodes of the result.
pub(super) fn join<'a>(types: impl IntoIterator<Item = &'a Type>, fuel: &mut Fuel) -> Type {
    if !fuel.enter() {
        return Type::Any;
    }
    let mut kinds = Kinds::default();
    for ty in types {
        kinds.add(ty, 4);
        if kinds.any {
            break;
        }
    }
    let joined = kinds.join(fuel);
    fuel.leave();
    joined
}

/// The types of a union, sorted by kind.
#[derive(Default)]
struct Kinds<'a> {
    any: bool,
    /// Kinds of which one type is all there is.
    scalars: Vec<&'a Type>,
    texts: Option<Texts<'a>>,
    lists: Vec<&'a Arc<Type>>,
    objects: Vec<&'a Arc<ObjectType>>,
}

struct Texts<'a> {
    format: Option<&'a TextFormat>,
    values: Option<BTreeSet<&'a SmolStr>>,
}

impl<'a> Kinds<'a> {
    /// Unions in unions are flattened so many `levels` down: in normal form there is one.
    fn add(&mut self, ty: &'a Type, levels: usize) {
        match ty {
            Type::Any => self.any = true,
            Type::Never => {}
            Type::Text(text) => self.add_text(text),
            Type::List(element) => self.lists.push(element),
            Type::Object(object) => self.objects.push(object),
            Type::Union(_) if levels == 0 => self.any = true,
            Type::Union(types) => types.iter().for_each(|ty| self.add(ty, levels - 1)),
            scalar if self.scalars.contains(&scalar) => {}
            scalar => self.scalars.push(scalar),
        }
    }

    fn add_text(&mut self, text: &'a TextType) {
        let format = text.format.as_ref();
        match &mut self.texts {
            None => {
                let values = text.values.as_ref().map(|values| values.iter().collect());
                self.texts = Some(Texts { format, values });
            }
            Some(texts) => {
                if texts.format != format {
                    texts.format = None;
                }
                texts.values = match (texts.values.take(), &text.values) {
                    (Some(mut all), Some(values)) => {
                        all.extend(values.iter());
                        (all.len() <= MOST_VALUES).then_some(all)
                    }
                    _ => None,
                };
            }
        }
    }

    fn join(mut self, fuel: &mut Fuel) -> Type {
        if self.any {
            return Type::Any;
        }
        let number = self.scalars.contains(&&Type::Number);
        let mut types: Vec<Type> =
            self.scalars.iter().filter(|ty| !(number && matches!(ty, Type::Integer))).map(|&ty| ty.clone()).collect();
        if let Some(texts) = self.texts {
            let values = texts.values.map(|values| values.into_iter().cloned().collect());
            types.push(Type::Text(TextType { format: texts.format.cloned(), values }));
        }
        distinct(&mut self.lists);
        match *self.lists {
            [] => {}
            [list] => types.push(Type::List(Arc::clone(list))),
            ref lists => types.push(Type::List(Arc::new(join(lists.iter().map(|list| &***list), fuel)))),
        }
        distinct(&mut self.objects);
        match *self.objects {
            [] => {}
            [object] => types.push(Type::Object(Arc::clone(object))),
            ref objects => types.push(Type::Object(Arc::new(join_objects(objects, fuel)))),
        }
        types.sort_by_key(rank);
        match types.len() {
            0 => Type::Never,
            1 => types.remove(0),
            _ => Type::Union(types.into()),
        }
    }
}

/// The order of alternatives.
fn rank(ty: &Type) -> u8 {
    match ty {
        Type::Any | Type::Never | Type::Union(_) => 0,
        Type::Bool => 1,
        Type::Number | Type::Integer => 2,
        Type::Text(_) => 3,
        Type::Timestamp => 4,
        Type::Duration => 5,
        Type::Bytes => 6,
        Type::List(_) => 7,
        Type::Object(_) => 8,
        Type::Null => 9,
    }
}

fn distinct<T>(shared: &mut Vec<&Arc<T>>) {
    shared.sort_by_key(|one| Arc::as_ptr(one));
    shared.dedup_by(|a, b| Arc::ptr_eq(a, b));
}

/// The objects that have a member of one name.
#[derive(Default)]
struct Column<'a> {
    members: Vec<&'a Member>,
    /// How many of those objects are open.
    open: usize,
}

fn join_objects(objects: &[&Arc<ObjectType>], fuel: &mut Fuel) -> ObjectType {
    let mut columns: BTreeMap<&SmolStr, Column<'_>> = BTreeMap::new();
    let mut open = 0;
    let mut maps: Vec<(&ObjectType, &Type)> = Vec::new();
    for object in objects {
        let is_open = usize::from(matches!(object.rest, Rest::Open));
        open += is_open;
        if let Rest::Of(ty) = &object.rest {
            maps.push((object, ty));
        }
        for (name, member) in &object.members {
            let column = columns.entry(name).or_default();
            column.members.push(member);
            column.open += is_open;
        }
    }
    if maps.len().saturating_mul(columns.len()) > MOST_LOOKUPS {
        return ObjectType::open();
    }
    let rest = match maps.is_empty() {
        _ if open > 0 => Rest::Open,
        true => Rest::Closed,
        false => Rest::of(join(maps.iter().map(|(_, ty)| *ty), fuel)),
    };
    let members = columns.into_iter().map(|(name, column)| {
        let everywhere = column.members.len() == objects.len();
        let ty = if column.open < open {
            Type::Any
        } else {
            let others = maps.iter().filter(|(map, _)| !everywhere && !map.members.contains_key(name));
            join(column.members.iter().map(|member| &member.ty).chain(others.map(|(_, ty)| *ty)), fuel)
        };
        let doc = &column.members[0].doc;
        let member = Member {
            ty,
            required: everywhere && column.members.iter().all(|member| member.required),
            secret: column.members.iter().any(|member| member.secret),
            doc: doc.clone().filter(|_| column.members.iter().all(|member| member.doc == *doc)),
        };
        (name.clone(), member)
    });
    ObjectType { members: members.collect(), rest }
}
