//! Where blobs stand: names that cannot lead anywhere else, on any file system.

use std::path::{Path, PathBuf};

use nebula_ports::{Scope, model::Digest};

/// The folder of drafts. No tenant's folder starts with a dot.
pub(crate) const DRAFTS: &str = ".drafts";

/// The blob's place.
pub(crate) fn place(root: &Path, scope: &Scope, digest: Digest) -> PathBuf {
    let digest = digest.to_string();
    root.join(tenant_folder(scope.tenant().as_str())).join(&digest[..2]).join(digest)
}

/// A tenant's folder: its name, or, where a file system might take two names for one or a name for something else, a
/// readable form of it with a part of its hash. `~` is in no tenant's name, so the two forms cannot meet.
fn tenant_folder(tenant: &str) -> String {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if tenant.chars().all(is_plain) && !is_device(tenant) {
        return tenant.to_owned();
    }
    let readable: String =
        tenant.chars().take(40).map(|c| c.to_ascii_lowercase()).map(|c| if is_plain(c) { c } else { '_' }).collect();
    let hash = Digest::of(tenant.as_bytes()).to_string();
    format!("{readable}~{}", &hash[..32])
}

/// Names that Windows keeps for devices.
fn is_device(name: &str) -> bool {
    matches!(name, "con" | "prn" | "aux" | "nul")
        || name.strip_prefix("com").or_else(|| name.strip_prefix("lpt")).is_some_and(|rest| rest.len() == 1)
}

#[cfg(test)]
mod tests;
