use super::*;

#[test]
fn nothing_leaves_a_terminal_execution_status() {
    assert!(ExecutionStatus::TRANSITIONS.iter().all(|(from, _)| !from.is_terminal()));
    assert!(ExecutionStatus::Completed.check(ExecutionStatus::Running).is_err());
}

#[test]
fn nothing_leaves_a_terminal_node_status() {
    assert!(NodeStatus::TRANSITIONS.iter().all(|(from, _)| !from.is_terminal()));
    assert_eq!(
        NodeStatus::Completed.check(NodeStatus::Running).unwrap_err().to_string(),
        "there is no transition from completed to running"
    );
}

#[test]
fn words_round_trip() {
    for (from, to) in ExecutionStatus::TRANSITIONS {
        assert_eq!(ExecutionStatus::from_word(from.as_str()), Some(*from));
        assert_eq!(ExecutionStatus::from_word(to.as_str()), Some(*to));
    }
    assert_eq!(ExecutionStatus::from_word("done"), None);
}
