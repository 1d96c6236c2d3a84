//! The direction of dependency between our own packages (architecture, "Direction of dependency").
//!
//! Development dependencies are free: they do not reach a user.

use crate::workspace::{Dependency, Kind, Package};

use super::{files::Files, finding::Finding};

/// Where a package lives decides what it may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Ports,
    Expression,
    Derive,
    Sdk,
    Runtime,
    Actions,
    Api,
    Ui,
    Driver,
    Bin,
    Example,
    Tests,
}

/// The SDK's composition root for tests, and what it may hold.
const GATE: &str = "testing";
const BEHIND_GATE: [&str; 4] =
    ["nebula-runtime", "nebula-storage-memory", "nebula-queue-memory", "nebula-sandbox-inprocess"];

/// Every arrow of `packages` that points the wrong way.
pub(super) fn check(packages: &[Package], files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let Some(room) = Room::of(&package.folder) else {
            findings.push(Finding::error(
                &package.manifest(),
                1,
                format!("`{}` is in no room of the house", package.folder),
                "move it below drivers/, bins/ or examples/, or give the folder a room in xtask's tidy/graph.rs",
            ));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind != Kind::Dev) {
            let Some(target) = packages.iter().find(|other| other.name == dependency.name) else {
                continue;
            };
            let Some(seen) = Room::of(&target.folder) else {
                continue;
            };
            if let Some((what, repair)) = objection(package, room, dependency, seen) {
                let line = files.manifest_line(package, &dependency.name);
                findings.push(Finding::error(&package.manifest(), line, what, repair));
            }
        }
    }
    findings
}

fn objection(package: &Package, room: Room, dependency: &Dependency, seen: Room) -> Option<(String, String)> {
    if room.may_see(seen) {
        return None;
    }
    let name = &dependency.name;
    if room == Room::Sdk && BEHIND_GATE.contains(&name.as_str()) {
        return leak(package, dependency).map(|feature| {
            let what = match feature {
                Leak::Always => format!("`{}` always depends on `{name}`", package.name),
                Leak::By(feature) => format!("feature `{feature}` of `{}` turns on `{name}`", package.name),
            };
            (what, format!("make it optional and turn it on in feature `{GATE}` only"))
        });
    }
    let what = format!("`{}` must not depend on `{name}`", package.name);
    Some((what, room.repair().to_owned()))
}

enum Leak<'a> {
    Always,
    By(&'a str),
}

/// How `dependency` is reachable without asking for the gate.
fn leak<'a>(package: &'a Package, dependency: &Dependency) -> Option<Leak<'a>> {
    if !dependency.optional {
        return Some(Leak::Always);
    }
    let name = dependency.name.as_str();
    package.features.iter().find_map(|(feature, parts)| {
        let names_it = parts.iter().any(|part| {
            let part = part.strip_prefix("dep:").unwrap_or(part);
            part == name || part.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
        });
        let opens_gate_by_default = feature == "default" && reaches_gate(package, feature, &mut Vec::new());
        ((names_it && feature != GATE) || opens_gate_by_default).then_some(Leak::By(feature))
    })
}

fn reaches_gate<'a>(package: &'a Package, feature: &'a str, seen: &mut Vec<&'a str>) -> bool {
    if feature == GATE {
        return true;
    }
    if seen.contains(&feature) {
        return false;
    }
    seen.push(feature);
    let parts = package.features.iter().find(|(name, _)| name == feature).map(|(_, parts)| parts);
    parts.into_iter().flatten().any(|part| reaches_gate(package, part, seen))
}

// === impl Room ===

impl Room {
    fn of(folder: &str) -> Option<Self> {
        Some(match folder.split_once('/') {
            Some(("drivers", _)) => Self::Driver,
            Some(("bins", _)) => Self::Bin,
            Some(("examples", _)) => Self::Example,
            Some(("tests", _)) => Self::Tests,
            Some(_) => return None,
            None => match folder {
                "nebula-ports" => Self::Ports,
                "nebula-expression" => Self::Expression,
                "nebula-derive" => Self::Derive,
                "nebula-sdk" => Self::Sdk,
                "nebula-runtime" => Self::Runtime,
                "nebula-actions" => Self::Actions,
                "nebula-api" => Self::Api,
                "nebula-ui" => Self::Ui,
                "tests" => Self::Tests,
                _ => return None,
            },
        })
    }

    fn may_see(self, other: Self) -> bool {
        match self {
            Self::Ports | Self::Expression | Self::Ui => false,
            Self::Derive => other == Self::Expression,
            Self::Sdk => matches!(other, Self::Ports | Self::Derive | Self::Expression),
            Self::Runtime => matches!(other, Self::Ports | Self::Expression),
            Self::Actions => other == Self::Sdk,
            Self::Api => matches!(other, Self::Runtime | Self::Ports | Self::Expression),
            Self::Driver => other == Self::Ports,
            Self::Bin | Self::Example | Self::Tests => true,
        }
    }

    fn repair(self) -> &'static str {
        match self {
            Self::Ports => "the contract crate sees nothing of ours; move what is shared into it",
            Self::Expression => "the language knows nothing of engines; pass in what it needs",
            Self::Derive => "macros see nebula-expression only; emit a path into nebula-sdk instead",
            Self::Sdk => "authors see ports, derive and expression; everything else belongs behind a port",
            Self::Runtime => "the engine sees ports and expression; take the rest as a port from the composition root",
            Self::Actions => "built-in actions use nebula-sdk alone, as a user's would; extend the SDK",
            Self::Api => "the API sees the runtime, ports and expression; let the bin hand in the rest",
            Self::Ui => "the designer sees nothing of ours but the HTTP API",
            Self::Driver => "a driver sees nebula-ports only; let the bin put drivers together",
            Self::Bin | Self::Example | Self::Tests => "remove it",
        }
    }
}

#[cfg(test)]
mod tests;
