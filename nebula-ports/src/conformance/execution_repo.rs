//! The contract of [`ExecutionRepo`] as cases: each name is a sentence of it.

mod claim;
mod commit;
mod dead_letter;
mod fixture;
mod generation;
mod inbox;
mod journal;
mod model;
mod race;
mod read;
mod renew;
mod reopen;
mod start;
mod tenant;

use self::{
    claim::*, commit::*, dead_letter::*, generation::*, inbox::*, journal::*, model::*, race::*, read::*, renew::*,
    reopen::*, start::*, tenant::*,
};
use crate::{conformance::suite, execution_repo::ExecutionRepo};

suite! {
    /// The contract of a store of executions.
    "execution_repo", dyn ExecutionRepo, [
        // --- starts ---
        a_start_is_seen_with_its_first_entries,
        a_start_with_a_claim_gives_the_first_lease,
        a_start_without_a_claim_is_left_to_a_claim,
        a_start_may_finish_at_once,
        a_repeated_start_is_started_again_and_writes_nothing,
        a_repeated_start_gives_the_lease_again,
        the_same_key_and_input_give_the_execution_that_exists,
        the_same_key_with_another_input_is_told,
        the_same_key_in_another_workflow_starts,
        a_key_stays_taken_after_the_end,
        the_id_of_another_execution_is_refused,
        a_start_that_is_too_large_is_invalid_and_takes_no_key,
        a_start_that_goes_on_without_a_claim_is_invalid,
        a_start_with_an_illegal_status_is_invalid,
        // --- claims ---
        a_parked_execution_is_claimed_when_its_time_comes,
        the_longest_due_is_claimed_first,
        a_claim_takes_at_most_its_limit,
        a_claim_raises_the_fence_and_names_the_holder,
        a_live_lease_is_not_claimed,
        a_live_lease_is_not_claimed_by_its_own_holder,
        an_expired_lease_is_claimed_under_the_next_fence,
        a_claim_by_name_ignores_the_time_to_wake,
        a_claim_by_name_takes_what_waits_for_a_request,
        a_claim_by_name_respects_a_live_lease,
        a_claim_by_name_takes_an_expired_lease,
        a_claim_by_name_of_an_unknown_execution_claims_nothing,
        an_ended_execution_is_not_claimed,
        an_execution_without_a_time_is_not_due,
        what_is_parked_as_running_is_due_at_once,
        next_due_is_the_next_time_to_wake_or_end_of_a_lease,
        nothing_is_due_when_all_has_ended,
        // --- commits ---
        a_commit_appends_and_counts,
        a_commit_that_goes_on_keeps_the_lease,
        a_commit_that_parks_gives_up_the_lease,
        a_commit_that_finishes_ends_the_execution,
        nothing_lands_after_the_end,
        a_repeated_commit_is_already_applied,
        a_repeated_last_commit_is_already_applied_after_the_end,
        a_commit_from_the_wrong_position_is_a_conflict,
        an_older_fence_writes_nothing,
        a_frozen_holder_is_fenced_although_its_clock_says_the_lease_lives,
        an_older_fence_is_told_before_a_conflict,
        an_expired_lease_that_nobody_claimed_still_writes,
        an_illegal_change_of_status_is_invalid,
        a_status_that_does_not_fit_what_follows_is_invalid,
        an_entry_that_is_too_large_is_invalid_and_names_the_limit,
        a_large_entry_within_the_limit_lands,
        a_commit_to_an_unknown_execution_is_invalid,
        bad_members_of_a_batch_do_not_touch_good_ones,
        commits_of_one_execution_in_a_batch_land_in_their_order,
        an_empty_batch_has_an_empty_answer,
        // --- dead letters ---
        claims_are_counted_until_something_comes_of_one,
        the_start_of_an_attempt_is_no_progress,
        a_claim_that_is_handed_back_does_not_count,
        a_dead_letter_is_not_due,
        a_dead_letter_is_claimed_when_it_is_revived_and_counts_anew,
        a_dead_letter_is_due_to_be_cancelled,
        a_cancellation_that_comes_before_the_dead_letter_is_not_lost,
        // --- generations ---
        a_lease_of_the_generation_before_writes_no_more,
        a_fence_of_a_generation_is_above_all_of_those_before,
        what_was_held_in_the_generation_before_is_due,
        // --- renewals ---
        a_renewal_prolongs_the_lease,
        a_renewal_is_answered_in_the_order_of_the_leases,
        a_renewal_brings_the_inbox,
        a_lease_that_ran_out_unclaimed_is_renewed,
        a_lease_that_somebody_else_claimed_is_lost,
        a_lease_of_an_ended_execution_is_lost,
        a_lease_that_was_given_up_is_lost,
        // --- requests ---
        a_request_wakes_what_is_parked,
        a_request_does_not_delay_what_is_due,
        a_request_does_not_end_a_lease,
        requests_are_handed_over_in_the_order_they_came,
        every_sort_of_request_comes_back_as_it_was,
        the_same_request_is_accepted_once,
        a_consumed_request_is_not_accepted_again,
        consumed_requests_leave_the_inbox,
        parking_with_requests_waiting_is_due_at_once,
        parking_after_consuming_all_requests_waits,
        a_refused_commit_consumes_nothing,
        a_request_to_an_ended_execution_is_told,
        a_request_to_an_unknown_execution_is_told,
        // --- journals ---
        a_journal_is_gapless_and_in_order,
        a_journal_is_read_from_a_position_on,
        a_long_journal_is_read_whole,
        a_journal_says_under_which_claim_and_when,
        entries_come_back_as_they_were,
        an_unknown_execution_has_an_empty_journal,
        a_journal_that_is_read_half_blocks_nobody,
        // --- rows ---
        an_unknown_execution_is_not_there,
        a_list_is_newest_first,
        a_list_is_filtered_by_status,
        a_list_is_filtered_by_workflow,
        a_list_is_read_page_by_page,
        // --- tenants ---
        a_tenant_does_not_see_the_executions_of_another,
        a_tenant_does_not_list_the_executions_of_another,
        a_tenant_does_not_read_the_journals_of_another,
        a_tenant_cannot_ask_anything_of_the_executions_of_another,
        the_same_key_of_another_tenant_starts,
        a_tenant_cannot_take_over_an_id_of_another,
        // --- races ---
        starts_with_one_key_at_once_start_one_execution,
        the_same_start_at_once_is_one_execution,
        claimers_at_once_share_no_execution,
        commits_at_once_under_one_lease_land_once,
        commits_at_once_of_many_executions_all_land,
        a_request_sent_at_once_is_accepted_once,
        a_holder_and_its_successor_never_both_write,
        // --- durability ---
        reopening_keeps_rows_and_journals,
        reopening_keeps_fences_and_leases,
        reopening_keeps_keys,
        reopening_keeps_requests,
        reopening_keeps_the_last_commit,
        // --- against the reference ---
        random_operations_go_as_in_the_reference,
    ]
}
