use super::Progress;

#[test]
fn progress_is_told_in_parts_of_the_whole() {
    assert_eq!(Progress::alive().to_string(), "");
    assert_eq!(Progress::of(4, 10).to_string(), "40 % (4 of 10)");
    assert_eq!(Progress::of(12, 10).with_message("late").to_string(), "100 % (12 of 10), late");
    assert_eq!(Progress::of(0, 0).to_string(), "0 done");
    assert_eq!(Progress::done(7).to_string(), "7 done");
    assert_eq!(Progress::of(u64::MAX, u64::MAX).to_string().split(' ').next(), Some("100"));
    assert_eq!(Progress::alive().with_message("connecting").to_string(), "connecting");
}
