//! What `cargo metadata` says about our own packages.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{
    error::{Error, Result},
    process::Program,
};

/// Our packages, as declared.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One member.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its manifest, relative to the root, with `/` between the parts.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Feature and what it turns on, as written.
    pub(crate) features: Vec<(String, Vec<String>)>,
    /// Root files of its targets, relative to the workspace root.
    pub(crate) targets: Vec<String>,
}

/// One declared dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
}

/// Which of the three tables a dependency stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Build,
    Dev,
}

/// The root folder of the workspace that the current folder belongs to.
pub(crate) fn root() -> Result<PathBuf> {
    let args = ["locate-project", "--workspace", "--message-format", "plain"];
    let manifest = Program::cargo(Path::new("."), args).output()?;
    Path::new(manifest.trim_end()).parent().map(Path::to_path_buf).ok_or_else(|| Error::Unexpected {
        command: "cargo locate-project".to_owned(),
        what: "the path of a manifest".to_owned(),
    })
}

// === impl Workspace ===

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load(root: &Path) -> Result<Self> {
        let program = Program::cargo(root, ["metadata", "--format-version", "1", "--no-deps"]);
        let command = program.to_string();
        let text = program.output()?;
        let unexpected = |what: &str| Error::Unexpected { command: command.clone(), what: what.to_owned() };
        let json: Value = serde_json::from_str(&text).map_err(|_| unexpected("JSON"))?;
        Self::read(&json).map_err(unexpected)
    }

    /// Reads cargo's answer; the error names what is missing in it.
    fn read(json: &Value) -> std::result::Result<Self, &'static str> {
        let root = json["workspace_root"].as_str().ok_or("`workspace_root`")?;
        let packages = json["packages"].as_array().ok_or("`packages`")?;
        let mut packages =
            packages.iter().map(|package| Package::read(package, root)).collect::<std::result::Result<Vec<_>, _>>()?;
        packages.sort_by(|a, b| a.folder.cmp(&b.folder));
        Ok(Self { root: PathBuf::from(root), packages })
    }
}

// === impl Package ===

impl Package {
    /// Its manifest, relative to the root.
    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }

    fn read(json: &Value, root: &str) -> std::result::Result<Self, &'static str> {
        let manifest = json["manifest_path"].as_str().ok_or("`manifest_path`")?;
        let folder = relative(manifest, root);
        let dependencies = json["dependencies"].as_array().ok_or("`dependencies`")?;
        let features = json["features"].as_object().ok_or("`features`")?;
        let targets = json["targets"].as_array().ok_or("`targets`")?;
        Ok(Self {
            name: json["name"].as_str().ok_or("`name`")?.to_owned(),
            folder: folder.strip_suffix("/Cargo.toml").unwrap_or(&folder).to_owned(),
            dependencies: dependencies.iter().map(Dependency::read).collect::<std::result::Result<_, _>>()?,
            features: features.iter().map(|(name, parts)| (name.clone(), strings(parts))).collect(),
            targets: targets
                .iter()
                .filter_map(|target| target["src_path"].as_str())
                .map(|path| relative(path, root))
                .collect(),
        })
    }
}

// === impl Dependency ===

impl Dependency {
    fn read(json: &Value) -> std::result::Result<Self, &'static str> {
        Ok(Self {
            name: json["name"].as_str().ok_or("a dependency's `name`")?.to_owned(),
            kind: match json["kind"].as_str() {
                None => Kind::Normal,
                Some("build") => Kind::Build,
                Some("dev") => Kind::Dev,
                Some(_) => return Err("a known kind of dependency"),
            },
            optional: json["optional"].as_bool().unwrap_or(false),
        })
    }
}

fn relative(path: &str, root: &str) -> String {
    path.strip_prefix(root).unwrap_or(path).trim_start_matches(['/', '\\']).replace('\\', "/")
}

fn strings(json: &Value) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
pub(crate) mod tests;
