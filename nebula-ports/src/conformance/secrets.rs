//! The contract of [`SecretsStore`] as cases.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Scope,
    conformance::{Cx, suite},
    model::CredentialName,
    secrets::SecretsStore,
};

suite! {
    /// The contract of a store of secrets.
    "secrets", dyn SecretsStore, [
        an_unknown_secret_is_not_there,
        a_secret_comes_back_as_it_was,
        any_text_can_be_a_secret,
        setting_it_again_replaces_the_material,
        a_deleted_secret_is_gone_and_may_come_back,
        removing_tells_whether_there_was_one,
        names_that_look_alike_are_different_secrets,
        the_names_are_listed_in_order,
        the_list_tells_when_the_material_was_set,
        a_tenant_does_not_see_the_secrets_of_another,
        removing_touches_one_tenant_only,
        different_secrets_set_at_once_are_all_there,
        one_secret_set_at_once_has_one_of_the_materials,
        setting_and_removing_at_once_loses_no_other_secret,
        nothing_shows_the_material,
        reopening_keeps_secrets,
    ]
}

type Case = Cx<dyn SecretsStore>;

fn name(text: &str) -> CredentialName {
    CredentialName::new(text).expect("a slug")
}

async fn put(cx: &Case, scope: &Scope, key: &str, material: &str) {
    cx.port.put(scope, &name(key), SecretString::from(material)).await.unwrap();
}

async fn read(cx: &Case, scope: &Scope, key: &str) -> Option<String> {
    Some(cx.port.get(scope, &name(key)).await.unwrap()?.expose_secret().to_owned())
}

async fn names(cx: &Case, scope: &Scope) -> Vec<String> {
    cx.port.list(scope).await.unwrap().into_iter().map(|info| info.name.to_string()).collect()
}

async fn an_unknown_secret_is_not_there(cx: Case) {
    let scope = cx.fresh_scope();
    assert_eq!(read(&cx, &scope, "unknown").await, None);
    assert_eq!(names(&cx, &scope).await, [""; 0]);
}

async fn a_secret_comes_back_as_it_was(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "api-key", "s3cr3t").await;
    assert_eq!(read(&cx, &scope, "api-key").await.as_deref(), Some("s3cr3t"));
}

async fn any_text_can_be_a_secret(cx: Case) {
    let scope = cx.fresh_scope();
    let long = "x".repeat(256 * 1024);
    for material in ["", " ", "\0", "\"\\\r\n\t{}", "пароль 🔑 \u{202e}", "{\"user\":\"a\",\"password\":\"b\"}", &long]
    {
        put(&cx, &scope, "any", material).await;
        assert!(read(&cx, &scope, "any").await.as_deref() == Some(material), "{} bytes", material.len());
    }
}

async fn setting_it_again_replaces_the_material(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "token", "old").await;
    put(&cx, &scope, "token", "new").await;
    assert_eq!(read(&cx, &scope, "token").await.as_deref(), Some("new"));
    assert_eq!(names(&cx, &scope).await, ["token"]);
}

async fn a_deleted_secret_is_gone_and_may_come_back(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "token", "first").await;
    cx.port.delete(&scope, &name("token")).await.unwrap();
    assert_eq!(read(&cx, &scope, "token").await, None);
    assert_eq!(names(&cx, &scope).await, [""; 0]);
    put(&cx, &scope, "token", "second").await;
    assert_eq!(read(&cx, &scope, "token").await.as_deref(), Some("second"));
}

async fn removing_tells_whether_there_was_one(cx: Case) {
    let scope = cx.fresh_scope();
    assert!(!cx.port.delete(&scope, &name("token")).await.unwrap());
    put(&cx, &scope, "token", "x").await;
    assert!(cx.port.delete(&scope, &name("token")).await.unwrap());
    assert!(!cx.port.delete(&scope, &name("token")).await.unwrap());
}

async fn names_that_look_alike_are_different_secrets(cx: Case) {
    let scope = cx.fresh_scope();
    let alike = ["a", "A", "a.b", "a-b", "a_b", "ab", "a.", "0", "00"];
    for key in alike {
        put(&cx, &scope, key, key).await;
    }
    for key in alike {
        assert_eq!(read(&cx, &scope, key).await.as_deref(), Some(key));
    }
}

async fn the_names_are_listed_in_order(cx: Case) {
    let scope = cx.fresh_scope();
    for key in ["smtp", "api", "stripe.live", "stripe", "Zeta"] {
        put(&cx, &scope, key, "x").await;
    }
    assert_eq!(names(&cx, &scope).await, ["Zeta", "api", "smtp", "stripe", "stripe.live"]);
}

async fn the_list_tells_when_the_material_was_set(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "kept", "x").await;
    put(&cx, &scope, "changed", "x").await;
    let before = cx.port.list(&scope).await.unwrap();
    cx.elapse(Duration::from_secs(1)).await;
    put(&cx, &scope, "changed", "y").await;
    let after = cx.port.list(&scope).await.unwrap();
    assert!(after[0].updated_at >= before[0].updated_at.plus(Duration::from_secs(1)), "{after:?}");
    assert_eq!(after[1], before[1]);
}

async fn a_tenant_does_not_see_the_secrets_of_another(cx: Case) {
    let (own, other) = (cx.fresh_scope(), cx.fresh_scope());
    put(&cx, &own, "token", "mine").await;
    assert_eq!(read(&cx, &other, "token").await, None);
    assert_eq!(names(&cx, &other).await, [""; 0]);
    put(&cx, &other, "token", "theirs").await;
    assert_eq!(read(&cx, &own, "token").await.as_deref(), Some("mine"));
}

async fn removing_touches_one_tenant_only(cx: Case) {
    let (own, other) = (cx.fresh_scope(), cx.fresh_scope());
    put(&cx, &own, "token", "mine").await;
    assert!(!cx.port.delete(&other, &name("token")).await.unwrap());
    assert_eq!(read(&cx, &own, "token").await.as_deref(), Some("mine"));
}

async fn different_secrets_set_at_once_are_all_there(cx: Case) {
    let scope = cx.fresh_scope();
    let puts = (0..16).map(|n| {
        let (port, scope) = (Arc::clone(&cx.port), scope.clone());
        async move {
            port.put(&scope, &name(&format!("key-{n}")), SecretString::from(format!("material {n}"))).await.unwrap();
        }
        .boxed()
    });
    cx.at_once(puts).await;
    for n in 0..16 {
        assert_eq!(read(&cx, &scope, &format!("key-{n}")).await, Some(format!("material {n}")));
    }
}

async fn one_secret_set_at_once_has_one_of_the_materials(cx: Case) {
    let scope = cx.fresh_scope();
    let puts = (0..16).map(|n| {
        let (port, scope) = (Arc::clone(&cx.port), scope.clone());
        async move { port.put(&scope, &name("one"), SecretString::from(n.to_string())).await.unwrap() }.boxed()
    });
    cx.at_once(puts).await;
    let candidates: BTreeSet<_> = (0..16).map(|n| n.to_string()).collect();
    assert!(candidates.contains(&read(&cx, &scope, "one").await.expect("it was set")));
}

async fn setting_and_removing_at_once_loses_no_other_secret(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "bystander", "still here").await;
    let work = (0..16).map(|n| {
        let (port, scope) = (Arc::clone(&cx.port), scope.clone());
        async move {
            let key = name(&format!("key-{}", n / 2));
            if n % 2 == 0 {
                port.put(&scope, &key, SecretString::from("x")).await.unwrap();
            } else {
                port.delete(&scope, &key).await.unwrap();
            }
        }
        .boxed()
    });
    cx.at_once(work).await;
    assert_eq!(read(&cx, &scope, "bystander").await.as_deref(), Some("still here"));
}

async fn nothing_shows_the_material(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "token", "do-not-show").await;
    let secret = cx.port.get(&scope, &name("token")).await.unwrap();
    let list = cx.port.list(&scope).await.unwrap();
    let shown = format!("{:?} {secret:?} {list:?}", cx.port);
    assert!(!shown.contains("do-not-show"), "{shown}");
}

async fn reopening_keeps_secrets(cx: Case) {
    let scope = cx.fresh_scope();
    put(&cx, &scope, "kept", "x").await;
    put(&cx, &scope, "removed", "x").await;
    cx.port.delete(&scope, &name("removed")).await.unwrap();
    let Some(reopened) = cx.reopen().await else { return cx.skip("nothing outlives the process") };
    assert_eq!(reopened.get(&scope, &name("kept")).await.unwrap().expect("it was set").expose_secret(), "x");
    assert_eq!(reopened.list(&scope).await.unwrap().len(), 1);
}
