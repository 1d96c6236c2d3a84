//! The protocol holds in every state, and no mutant of it does.

use nebula_protocol_model::{Bounds, Kind, Mutant, Protocol, properties as p};
use stateright::{Checker as _, Model as _};

/// At once, on the machines that check.
const THREADS: usize = 2;

const MIXED: [Kind; 3] = [Kind::AtMostOnce, Kind::Task, Kind::Idempotent];
const HANDED_OUT: [Kind; 3] = [Kind::Idempotent, Kind::Task, Kind::Task];

const MOST: Bounds = Bounds { workers: 2, crashes: 1, expiries: 2, lost_answers: 1, cancel: true };

/// Checks all states; returns how many there are.
fn holds(kinds: [Kind; 3], bounds: Bounds) -> usize {
    let checker = Protocol { kinds, bounds, mutant: None }.checker().threads(THREADS).spawn_bfs().join();
    checker.assert_properties();
    checker.unique_state_count()
}

#[test]
fn the_protocol_holds_in_every_state() {
    let states = holds(MIXED, MOST) + holds(HANDED_OUT, Bounds { expiries: 1, ..MOST });
    assert!(states >= 4_000_000, "{states} states are too few to say much");
}

#[test]
fn every_mutant_is_found() {
    for mutant in Mutant::ALL {
        let (kinds, expected): (_, &[_]) = match mutant {
            Mutant::NoFence => (MIXED, &[p::NO_STALE_RESULT]),
            Mutant::StatusOnlyCas => (MIXED, &[p::NO_GAP, p::ONE_RECORD, p::NO_STALE_RESULT]),
            Mutant::NoUniqueStart => (MIXED, &[p::ONE_START]),
            Mutant::QueueAsTruth => (MIXED, &[p::NO_LOSS]),
            Mutant::FanInOutsideTransaction => (HANDED_OUT, &[p::NO_LOSS, p::ONE_RECORD]),
            Mutant::AckBeforeCommit => (MIXED, &[p::REQUESTS_ARE_KEPT]),
            Mutant::RowidReuse => (HANDED_OUT, &[p::NO_LOSS]),
            Mutant::EffectBeforeRecord => (MIXED, &[p::CALLS_ARE_ACCOUNTED_FOR]),
            Mutant::RepeatAtMostOnce => (MIXED, &[p::AT_MOST_ONCE]),
            Mutant::SilentRequest | Mutant::BlindPark => (MIXED, &[p::NO_LOSS]),
            Mutant::CountNeverReset => (MIXED, &[p::NOT_PUT_AWAY_TOO_SOON]),
            Mutant::NeverPutAway => (MIXED, &[p::NOT_DRIVEN_FOR_EVER]),
        };
        for property in expected {
            let model = Protocol { kinds, bounds: MOST, mutant: Some(mutant) };
            let found = stateright::HasDiscoveries::AnyOf([*property].into());
            let checker = model.checker().threads(THREADS).finish_when(found).spawn_bfs().join();
            assert!(checker.discovery(property).is_some(), "{mutant:?} lives: `{property}` holds");
        }
    }
}
