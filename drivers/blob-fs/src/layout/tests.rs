use std::collections::BTreeSet;

use nebula_ports::model::TenantId;

use super::*;

#[expect(clippy::disallowed_methods, reason = "a test is the root of its own tenants")]
fn folder(tenant: &str) -> PathBuf {
    let scope = Scope::of(TenantId::new(tenant).unwrap());
    let place = place(Path::new("root"), &scope, Digest::of(b"x"));
    place.parent().unwrap().parent().unwrap().to_owned()
}

#[test]
fn a_plain_tenant_keeps_its_name() {
    assert_eq!(folder("acme-1_x"), Path::new("root/acme-1_x"));
}

#[test]
fn tenants_that_a_file_system_might_confuse_have_different_folders() {
    let tenants = ["acme", "Acme", "ACME", "acme.", "acme..", "acme.x", "acme_x", "nul", "NUL", "com1", "a..b", "a/b"];
    let valid: Vec<_> = tenants.iter().filter(|name| TenantId::new(name).is_ok()).collect();
    let folders: BTreeSet<_> = valid.iter().map(|name| folder(name)).collect();
    assert_eq!(folders.len(), valid.len());
    let lower: BTreeSet<_> = folders.iter().map(|path| path.to_str().unwrap().to_lowercase()).collect();
    assert_eq!(lower.len(), valid.len(), "also where case does not count");
}

#[test]
fn a_folder_is_one_plain_name_below_the_root() {
    for tenant in ["a", "A..", "0.0", "x-_.", &"L".repeat(128)] {
        let folder = folder(tenant);
        let name = folder.strip_prefix("root").unwrap().to_str().unwrap();
        assert!(!name.starts_with('.') && !name.ends_with('.') && !name.contains(['/', '\\']), "{name}");
        assert!(name.len() <= 128);
    }
}
