//! Encodings, digests and identifiers. What encodes bytes takes text as its bytes in UTF-8.

use std::rc::Rc;

use crate::encode::{self, Alphabet, DecodeError};
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 14] = [
    row(Topic::Encoding, "base64(value: string | bytes): string", "The bytes in base64.", base64)
        .example("base64(\"Grüße\")", "\"R3LDvMOfZQ==\"")
        .costs(Work::Text, Size::Unknown),
    row(
        Topic::Encoding,
        "base64Url(value: string | bytes): string",
        "The bytes in base64 with `-` and `_` and without padding, as URLs and tokens have it.",
        base64_url,
    )
    .example("base64Url(\"a>?\")", "\"YT4_\"")
    .costs(Work::Text, Size::Unknown),
    row(
        Topic::Encoding,
        "base64Decode(text: string): bytes",
        "The bytes of base64 in either alphabet, padded or not; `fromBytes` makes text of them.",
        base64_decode,
    )
    .example("base64Decode(\"R3LDvMOfZQ==\").fromBytes()", "\"Grüße\"")
    .costs(Work::Text, Size::Same),
    row(Topic::Encoding, "hex(value: string | bytes): string", "The bytes in hexadecimal digits.", hex)
        .example("hex(\"a~\")", "\"617e\"")
        .costs(Work::Text, Size::Unknown),
    row(
        Topic::Encoding,
        "hexDecode(text: string): bytes",
        "The bytes of hexadecimal digits; `fromBytes` makes text of them.",
        hex_decode,
    )
    .example("hexDecode(\"617E\").fromBytes()", "\"a~\"")
    .costs(Work::Text, Size::Same),
    row(
        Topic::Encoding,
        "urlEncode(text: string): string",
        "The text with everything but letters, digits and `-._~` as percent signs and digits: fit for any part of a \
         URL.",
        url_encode,
    )
    .example("urlEncode(\"a b/ü\")", "\"a%20b%2F%C3%BC\"")
    .costs(Work::Text, Size::Unknown),
    row(
        Topic::Encoding,
        "urlDecode(text: string): string",
        "The text with percent signs and digits as what they stand for.",
        url_decode,
    )
    .example("urlDecode(\"a%20b+c\")", "\"a b+c\"")
    .costs(Work::Text, Size::Same),
    row(
        Topic::Encoding,
        "queryString(parameters: map<string | number | bool | timestamp | duration | null | list<string | number | \
         bool | timestamp | duration>>): string",
        "The members as the query of a URL: null is left out, and a list gives its name once for each element.",
        query_string,
    )
    .example("queryString({q: \"a b\", tag: [1, 2], page: null})", "\"q=a%20b&tag=1&tag=2\"")
    .costs(Work::Deep, Size::Unknown),
    row(
        Topic::Encoding,
        "htmlEscape(text: string): string",
        "The text with `&`, `<`, `>` and quotes as entities: fit to stand in a page.",
        html_escape,
    )
    .example("htmlEscape(\"a < b\")", "\"a &lt; b\"")
    .costs(Work::Text, Size::Unknown),
    row(
        Topic::Encoding,
        "stripTags(text: string): string",
        "The text without tags, comments, scripts and styles; not safe to put into a page without `htmlEscape`.",
        strip_tags,
    )
    .example("stripTags(\"<p>Hi <b>you</b></p>\")", "\"Hi you\"")
    .costs(Work::Text, Size::Same),
    row(Topic::Encoding, "sha256(value: string | bytes): string", "The SHA-256 digest, in hex.", sha256)
        .example("sha256(\"abc\")", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")
        .costs(Work::Text, Size::One),
    row(
        Topic::Encoding,
        "sha1(value: string | bytes): string",
        "The SHA-1 digest, in hex. For systems that ask for it, not for security.",
        sha1,
    )
    .example("sha1(\"abc\")", "\"a9993e364706816aba3e25717850c26c9cd0d89d\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Encoding,
        "md5(value: string | bytes): string",
        "The MD5 digest, in hex. For systems that ask for it, not for security.",
        md5,
    )
    .example("md5(\"abc\")", "\"900150983cd24fb0d6963f7d28e17f72\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Encoding,
        "uuid5(namespace: string, name: string): string",
        "The UUID of a name, always the same one; the namespace is \"dns\", \"url\", \"oid\", \"x500\" or a UUID.",
        uuid5,
    )
    .example("uuid5(\"dns\", \"python.org\")", "\"886313e1-3b8a-5372-9b90-0c9aee199e5d\"")
    .costs(Work::Text, Size::One),
];

fn base64<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    encoded(args, |bytes| encode::base64_encode(bytes, Alphabet::Standard))
}

fn base64_url<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    encoded(args, |bytes| encode::base64_encode(bytes, Alphabet::UrlSafe))
}

fn hex<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    encoded(args, encode::hex_encode)
}

fn base64_decode<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    decoded(args, |text| {
        let alphabet = if text.contains(['-', '_']) { Alphabet::UrlSafe } else { Alphabet::Standard };
        encode::base64_decode(text, alphabet)
    })
}

fn hex_decode<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    decoded(args, encode::hex_decode)
}

fn url_encode<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.eval.string_fits(text.len(), args.span())?;
    args.made(encode::url_encode(&text))
}

fn url_decode<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    match encode::url_decode(&text) {
        Ok(text) => args.made(text),
        Err(problem) => Err(undecodable(args, problem)),
    }
}

fn query_string<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    let mut out = String::new();
    for (name, value) in object.members().iter() {
        match value.view() {
            View::Null => {}
            View::List(items) => {
                for item in items.iter() {
                    parameter(args, &mut out, &name, &item)?;
                }
            }
            _ => parameter(args, &mut out, &name, &value)?,
        }
    }
    Ok(Val::made(out))
}

fn parameter<'a>(args: &mut Args<'_, 'a>, out: &mut String, name: &str, value: &Val<'a>) -> Outcome<()> {
    let span = args.span();
    let Some(text) = value.view().text() else {
        let message =
            format!("`{}` is {}, which has no place in a query", crate::lex::shorten(name), value.view().kind());
        return Err(args.mistaken(0, message, "leave it out, or make text of it with `json` or `base64`"));
    };
    args.eval.spend(1, span)?;
    // What is encoded is never shorter.
    args.eval.string_fits(out.len() + name.len() + text.len(), span)?;
    for (sign, part) in [("&", name), ("=", &*text)] {
        if !(out.is_empty() && sign == "&") {
            out.push_str(sign);
        }
        args.eval.append(out, &encode::url_encode(part), span)?;
    }
    Ok(())
}

fn html_escape<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.eval.string_fits(text.len(), args.span())?;
    args.made(encode::html_escape(&text))
}

fn strip_tags<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.made(encode::strip_tags(&text))
}

fn sha256<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    digest(args, encode::sha256)
}

fn sha1<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    digest(args, encode::sha1)
}

fn md5<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    digest(args, encode::md5)
}

fn uuid5<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (namespace, name) = (args.text(0)?, args.text(1)?);
    match encode::uuid5(&namespace, &name) {
        Ok(id) => args.made(id),
        Err(problem) => Err(undecodable(args, problem)),
    }
}

/// Longer than its bytes, which are looked at first.
fn encoded<'a>(args: &mut Args<'_, 'a>, encode: fn(&[u8]) -> String) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let bytes = bytes_of(args, &value)?;
    args.eval.string_fits(bytes.len(), args.call.span())?;
    args.made(encode(bytes))
}

fn digest<'a>(args: &mut Args<'_, 'a>, of: fn(&[u8]) -> String) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let bytes = bytes_of(args, &value)?;
    // A digest takes as long again as reading.
    args.eval.spend_bytes(bytes.len(), args.call.span())?;
    args.made(of(bytes))
}

/// The bytes of a string or of bytes, paid for.
fn bytes_of<'v, 'a: 'v>(args: &mut Args<'_, 'a>, value: &'v Val<'a>) -> Outcome<&'v [u8]> {
    let bytes = match value.view() {
        View::Str(text) => text.as_bytes(),
        View::Bytes(bytes) => bytes,
        other => return Err(args.refuse(0, other, "a string or bytes", "\"\"")),
    };
    args.eval.spend_bytes(bytes.len(), args.call.span())?;
    Ok(bytes)
}

fn decoded<'a>(args: &mut Args<'_, 'a>, decode: fn(&str) -> Result<Vec<u8>, DecodeError>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.eval.charge(text.len(), args.call.span())?;
    match decode(&text) {
        Ok(bytes) => Ok(Val::Bytes(Rc::from(bytes))),
        Err(problem) => Err(undecodable(args, problem)),
    }
}

#[cold]
fn undecodable(args: &Args<'_, '_>, problem: DecodeError) -> Box<crate::error::ExprError> {
    args.problem(0, problem.message, Some(problem.help.to_owned()))
}
