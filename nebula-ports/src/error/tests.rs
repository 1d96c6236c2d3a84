use super::*;

fn disk_full() -> Error {
    Error::new(ErrorKind::Unavailable, "execution_repo.commit", "the disk is full")
        .with_context("file", "nebula.db")
        .with_source(std::io::Error::other("no space left"))
}

#[test]
fn display_is_one_sentence_with_its_context() {
    assert_eq!(disk_full().to_string(), "the disk is full (file: nebula.db)");
}

#[test]
fn alternate_display_adds_kind_operation_and_the_chain() {
    assert_eq!(
        format!("{:#}", disk_full()),
        "the disk is full (file: nebula.db) [unavailable in execution_repo.commit]: no space left"
    );
}

#[test]
fn only_conditions_that_pass_are_retryable() {
    assert!(disk_full().is_retryable());
    assert!(!Error::new(ErrorKind::Corrupt, "x", "y").is_retryable());
    assert!(Error::new(ErrorKind::Internal, "x", "y").with_retry(RetryStatus::Temporary).is_retryable());
}
