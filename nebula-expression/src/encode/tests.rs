use proptest::prelude::*;

use super::{
    Alphabet, base64_decode, base64_encode, hex_decode, hex_encode, html_escape, md5, sha1, sha256, strip_tags,
    text_of, title_case, url_decode, url_encode, uuid5,
};

#[test]
fn base64() {
    use Alphabet::{Standard, UrlSafe};
    for (alphabet, bytes, text) in [
        (Standard, &b""[..], ""),
        (Standard, b"f", "Zg=="),
        (Standard, b"foobar", "Zm9vYmFy"),
        (Standard, b"\xfb\xff\xfe", "+//+"),
        (UrlSafe, b"\xfb\xff\xfe", "-__-"),
        (UrlSafe, b"f", "Zg"),
    ] {
        assert_eq!(base64_encode(bytes, alphabet), text);
        assert_eq!(base64_decode(text, alphabet).unwrap(), bytes);
    }
    for (alphabet, text, bytes) in [
        (Standard, "Zg", &b"f"[..]),
        (UrlSafe, "Zg==", b"f"),
        (Standard, "Zm9v\r\nYmFy\n", b"foobar"),
        (Standard, " ", b""),
    ] {
        assert_eq!(base64_decode(text, alphabet).unwrap(), bytes, "{text}");
    }
    for (alphabet, text, word) in [
        (Standard, "Zm9vYmF_", "URL-safe"),
        (UrlSafe, "Zm9vYmF/", "standard"),
        (Standard, "Zm9vY", "whole"),
        (Standard, "data:,Zg==", "whole"),
        (Standard, "Zg=a", "whole"),
        (Standard, "é", "whole"),
    ] {
        assert!(base64_decode(text, alphabet).unwrap_err().help.contains(word), "{text}");
    }
}

#[test]
fn hex() {
    assert_eq!(hex_encode(b"\x00\x7f\xff"), "007fff");
    assert_eq!(hex_decode("007fFF").unwrap(), b"\x00\x7f\xff");
    for text in ["0", "0g", "é", " 00", "+1"] {
        assert!(hex_decode(text).is_err(), "{text}");
    }
    assert_eq!(text_of(hex_decode("c3a9").unwrap()).unwrap(), "é");
    assert!(text_of(vec![b'a', 0xff]).unwrap_err().message.contains("byte 1"));
}

#[test]
fn percent() {
    for (text, encoded) in [
        ("", ""),
        ("aZ09-._~", "aZ09-._~"),
        ("a b&c=d/e?f+g", "a%20b%26c%3Dd%2Fe%3Ff%2Bg"),
        ("é😀", "%C3%A9%F0%9F%98%80"),
        ("100%", "100%25"),
    ] {
        assert_eq!(url_encode(text), encoded);
        assert_eq!(url_decode(encoded).unwrap(), text);
    }
    assert_eq!(url_decode("a+b%c3%a9").unwrap(), "a+bé");
    for (text, word) in [
        ("100%", "byte 3"),
        ("%2", "byte 0"),
        ("%zz", "byte 0"),
        ("a%+1", "byte 1"),
        ("%é", "byte 0"),
        ("%ff", "UTF-8"),
    ] {
        assert!(url_decode(text).unwrap_err().message.contains(word), "{text}");
    }
}

#[test]
fn html() {
    assert_eq!(
        html_escape(r#"<a href="x">Tom & 'Ann'</a>"#),
        "&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Ann&#39;&lt;/a&gt;"
    );
    for (text, stripped) in [
        ("plain", "plain"),
        ("<p>Hi <b>you</b></p>", "Hi you"),
        ("a<br/>b<BR>c", "abc"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a <3 b", "a <3 b"),
        ("x<!-- <b>no</b> -->y", "xy"),
        ("x<!-- never ends", "x"),
        ("<!DOCTYPE html><p>x", "x"),
        ("<?xml version='1'?>x", "x"),
        (r#"<a title="a > b">x</a>"#, "x"),
        ("<a title='>' b=\">\">x</a>", "x"),
        ("<p it's>x</p>", "x"),
        ("<script>if (a < b) '</p>'</script>x", "x"),
        ("<STYLE type=a>p { }</Style >x", "x"),
        ("<script>never ends", ""),
        ("<scripture>x</scripture>", "x"),
        ("a<b", "a"),
        ("a<", "a<"),
        ("<<b>x", "<x"),
        ("Tom &amp; Ann", "Tom &amp; Ann"),
        ("<p>é</p>😀<", "é😀<"),
    ] {
        assert_eq!(strip_tags(text), stripped, "{text}");
    }
}

#[test]
fn digests() {
    for (text, md5_hex, sha1_hex) in [
        ("", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ] {
        assert_eq!((md5(text.as_bytes()).as_str(), sha1(text.as_bytes()).as_str()), (md5_hex, sha1_hex), "{text}");
    }
    assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn uuids_of_names() {
    for (namespace, name, uuid) in [
        ("dns", "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        ("DNS", "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        ("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
    ] {
        assert_eq!(uuid5(namespace, name).unwrap(), uuid, "{namespace} {name}");
    }
    for namespace in
        ["", "dsn", "6ba7b8109dad11d180b400c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "ééééééééé-éééé"]
    {
        assert!(uuid5(namespace, "x").is_err(), "{namespace}");
    }
}

#[test]
fn titles() {
    for (text, title) in [
        ("", ""),
        ("hello WORLD", "Hello World"),
        ("don't stop", "Don't Stop"),
        ("rock 'n' roll", "Rock 'N' Roll"),
        ("jean-luc o’neil", "Jean-Luc O’neil"),
        ("ålesund ærø", "Ålesund Ærø"),
        ("ßtraße", "Sstraße"),
        ("3rd time", "3rd Time"),
        ("  two  spaces ", "  Two  Spaces "),
        ("snake_case", "Snake_Case"),
    ] {
        assert_eq!(title_case(text), title);
    }
}

proptest! {
    #[test]
    fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for alphabet in [Alphabet::Standard, Alphabet::UrlSafe] {
            prop_assert_eq!(&base64_decode(&base64_encode(&bytes, alphabet), alphabet).unwrap(), &bytes);
        }
        prop_assert_eq!(&hex_decode(&hex_encode(&bytes)).unwrap(), &bytes);
    }

    #[test]
    fn text_comes_back(text in "\\PC{0,60}") {
        prop_assert_eq!(url_decode(&url_encode(&text)).unwrap(), text);
    }

    #[test]
    fn escaped_text_has_no_tags(text in "[a<>&\"'/!é-]{0,40}") {
        let escaped = html_escape(&text);
        prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
        prop_assert_eq!(strip_tags(&escaped), escaped);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,20}(<[a-z/!?-]{0,8}|[%'\"=>]|\\PC){0,20}") {
        prop_assert!(strip_tags(&text).len() <= text.len());
        prop_assert!(title_case(&text).len() <= text.len() * 6);
        let _ = (url_decode(&text), hex_decode(&text), uuid5(&text, &text));
        let _ = (base64_decode(&text, Alphabet::Standard), base64_decode(&text, Alphabet::UrlSafe));
    }
}
