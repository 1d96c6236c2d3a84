use super::*;

const SECRET: &str = "s3cr/et \"Kéy\"+4711";

fn canaries(secret: &str) -> Canaries {
    Canaries::new(&[(CredentialName::new("weather").unwrap(), SecretString::from(secret))])
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    // Written down, not computed: the code under test is to agree with the world and not with itself.
    let spellings = [
        "s3cr/et \"Kéy\"+4711",
        "S3CR/ET \"KÉY\"+4711",
        "s3Cr/eT \"KéY\"+4711",
        "1174+\"yéK\" te/rc3s",
        r#"s3cr/et \"Kéy\"+4711"#,
        r#"s3cr/et \\\"Kéy\\\"+4711"#,
        "s3cr%2Fet%20%22K%C3%A9y%22%2B4711",
        "s3cr%2fet+%22K%c3%a9y%22%2b4711",
        "733363722f657420224bc3a979222b34373131",
        "733363722F657420224BC3A979222B34373131",
        "czNjci9ldCAiS8OpeSIrNDcxMQ==",
        "czNjci9ldCAiS8OpeSIrNDcxMQ",
        // `user:` and `me:` before it, as in basic authentication.
        "dXNlcjpzM2NyL2V0ICJLw6l5Iis0NzEx",
        "bWU6czNjci9ldCAiS8OpeSIrNDcxMQ==",
    ];
    let canaries = canaries(SECRET);
    for spelling in spellings {
        assert!(canaries.find(&format!("before {spelling} behind")).is_some(), "{spelling}");
    }
}

#[test]
fn other_texts_show_nothing() {
    let canaries = canaries(SECRET);
    for text in ["", "s3cr/et", "s3cr/et \"Kéy\"+4712", "czNjci9ldA==", "weather"] {
        assert!(canaries.find(text).is_none(), "{text}");
    }
    assert!(Canaries::default().find(SECRET).is_none());
}

#[test]
fn each_text_of_an_object_is_a_secret_but_the_user_name() {
    let canaries = canaries(r#"{"username": "administrator", "password": "correct horse", "pin": "4711"}"#);
    assert!(canaries.find("the correct horse").is_some());
    assert!(canaries.find("CORRECT+HORSE").is_some());
    assert!(canaries.find("administrator, 4711").is_none());
}

#[test]
fn base64_that_is_safe_in_addresses_is_found_too() {
    let canaries = canaries("??>>~~ÿÿ??");
    let standard = "Pz8+Pn5+w7/Dvz8/";
    assert!(canaries.find(standard).is_some());
    assert!(canaries.find(&standard.replace('+', "-").replace('/', "_")).is_some());
}
