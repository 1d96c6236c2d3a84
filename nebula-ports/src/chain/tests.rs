use uuid::Uuid;

use super::*;

const ID: ExecutionId = ExecutionId::from_uuid(Uuid::from_u128(7));

fn entry(seq: u64, bytes: &'static str) -> StoredEntry<'static> {
    let recorded_at = Timestamp::from_micros(1_000 + i64::try_from(seq).unwrap());
    StoredEntry { seq: Seq(seq), fence: Fence(1), recorded_at, bytes: bytes.as_bytes() }
}

fn journal() -> (Vec<(StoredEntry<'static>, Digest)>, Digest) {
    let mut head = beginning(ID);
    let texts = ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":4}"];
    let entries = (1..).zip(texts).map(|(seq, text)| {
        let entry = entry(seq, text);
        head = link(head, entry);
        (entry, head)
    });
    (entries.collect(), head)
}

fn check(entries: &[(StoredEntry<'_>, Digest)], seq: u64, head: Digest) -> Result<(), Damage> {
    let mut check = ChainCheck::new(ID);
    for (entry, chain) in entries {
        check.take(*entry, *chain)?;
    }
    check.end(Seq(seq), head)
}

#[test]
fn what_was_written_is_found_whole() {
    let (entries, head) = journal();
    assert_eq!(check(&entries, 4, head), Ok(()));
    let mut from_the_third = ChainCheck::after(Seq(2), entries[1].1);
    for (entry, chain) in &entries[2..] {
        from_the_third.take(*entry, *chain).unwrap();
    }
    assert_eq!(from_the_third.end(Seq(4), head), Ok(()));
}

#[test]
fn the_value_is_the_same_on_every_machine_and_in_every_version() {
    let (_, head) = journal();
    assert_eq!(head.to_string(), "f7d68b9a7e44231d945cf9c72dba5d767b3bc14e96db9a025f84781f1d43fcbe");
}

#[test]
fn every_part_of_an_entry_counts() {
    let first = entry(1, "{}");
    let changed = [
        StoredEntry { seq: Seq(2), ..first },
        StoredEntry { fence: Fence(2), ..first },
        StoredEntry { recorded_at: Timestamp::from_micros(0), ..first },
        StoredEntry { bytes: b"{ }", ..first },
    ];
    let (here, there) = (beginning(ID), beginning(ExecutionId::from_uuid(Uuid::from_u128(8))));
    assert_ne!(link(here, first), link(there, first));
    for other in changed {
        assert_ne!(link(here, first), link(here, other), "{other:?}");
    }
}

#[test]
fn damage_is_named_with_its_place() {
    let (entries, head) = journal();
    let mut changed = entries.clone();
    changed[1].0.bytes = b"{\"b\":3}";
    assert_eq!(check(&changed, 4, head), Err(Damage::Changed { seq: Seq(2) }));

    let mut missing = entries.clone();
    missing.remove(1);
    assert_eq!(check(&missing, 4, head), Err(Damage::Gap { expected: Seq(2), found: Seq(3) }));

    // Exchanged with all that belongs to them but their places.
    let mut swapped = entries.clone();
    swapped.swap(1, 2);
    swapped[1].0.seq = Seq(2);
    swapped[2].0.seq = Seq(3);
    assert_eq!(check(&swapped, 4, head), Err(Damage::Changed { seq: Seq(2) }));

    assert_eq!(check(&entries[..3], 4, head), Err(Damage::Length { journal: Seq(3), execution: Seq(4) }));
    assert_eq!(check(&entries, 3, head), Err(Damage::Length { journal: Seq(4), execution: Seq(3) }));
    assert_eq!(check(&entries, 4, entries[0].1), Err(Damage::Head { seq: Seq(4) }));
}

#[test]
fn an_error_names_execution_place_and_sort() {
    let error = Damage::Length { journal: Seq(3), execution: Seq(5) }.into_error("execution_repo.journal", ID);
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    let context: Vec<_> = error.context().iter().map(|(key, value)| (*key, value.as_str())).collect();
    assert_eq!(context, [("execution", ID.to_string().as_str()), ("seq", "4"), ("damage", "length")]);
}
