use std::fs;

use super::compared;
use crate::{Registry, Result};

/// Greet somebody.
#[crate::action(crate = "crate", id = "demo.greet", version = "1.0", pure)]
async fn greet(
    /** Whom. */
    name: String,
) -> Result<String> {
    Ok(name)
}

mod later {
    use crate::Result;

    /// Greet somebody.
    #[crate::action(crate = "crate", id = "demo.greet", version = "1.0", pure)]
    pub(super) async fn greet(
        /** Whom. */
        name: String,
        /** How. */
        #[param(default = "Hello")]
        word: String,
    ) -> Result<String> {
        Ok(format!("{word} {name}"))
    }
}

#[test]
fn a_lock_is_made_on_demand_and_kept_until_versions_say_what_changed() {
    let folder = std::env::temp_dir().join(format!("nebula-lock-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("nebula.lock.json");
    let (old, new) = (Registry::new().with::<Greet>(), Registry::new().with::<later::Greet>());

    let missing = compared(&old, &path, "").unwrap_err();
    assert!(missing.contains("NEBULA_LOCK=update"), "{missing}");
    assert_eq!(compared(&old, &path, "update"), Ok(()));
    assert_eq!(compared(&old, &path, ""), Ok(()));

    let changed = compared(&new, &path, "").unwrap_err();
    assert!(changed.contains("demo.greet@1: 1.0 has to become 1.1"), "{changed}");
    assert!(changed.contains("added     input/word: the parameter is new"), "{changed}");
    assert_eq!(compared(&new, &path, "update").unwrap_err(), changed);
    assert_eq!(compared(&new, &path, "force"), Ok(()));
    assert_eq!(compared(&new, &path, ""), Ok(()));
    assert!(compared(&new, &path, "yes").unwrap_err().contains("means nothing"));

    fs::write(&path, "{}").unwrap();
    assert!(compared(&new, &path, "").unwrap_err().contains("no schema lock"));
    fs::remove_dir_all(&folder).unwrap();
}
