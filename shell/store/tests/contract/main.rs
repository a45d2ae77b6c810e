//! The store's contract: the same tests on SQLite and on PostgreSQL.
//!
//! PostgreSQL is started by the tests from its installed programs (`AETHEX_TEST_PG_BIN`, or
//! Debian's folder); without them its half is skipped with a line, or fails where
//! `AETHEX_REQUIRE_PG=1`.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod calls;
mod conversations;
mod database;
mod driver;
mod faults;
mod history;
mod lookups;
mod people;
mod postgres_cluster;
mod races;
mod round_trip;
mod schema;
mod tokens;

/// Declares each test once per database.
macro_rules! contract {
    ($($module:ident { $($name:ident,)+ })+) => {
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let database = crate::database::TestDatabase::sqlite().await;
                    crate::$module::$name(&database).await;
                }
            )+)+
        }
        mod postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(database) = crate::database::TestDatabase::postgres().await {
                        crate::$module::$name(&database).await;
                    }
                }
            )+)+
        }
    };
}

contract! {
    accounts {
        an_identifier_is_taken_whatever_its_case_until_the_account_is_closed,
        an_invite_lets_exactly_one_person_in,
        a_changed_password_ends_all_sessions,
        a_closed_account_keeps_its_name_for_others,
    }
    calls {
        a_call_is_the_same_after_a_restart,
        rows_equal_the_fold_of_the_event_log,
        events_are_replayed_exactly_as_logged,
        a_terminal_call_forgets_its_candidates,
        quality_and_recording_may_come_after_the_end,
        a_save_of_an_unknown_call_is_a_conflict,
        a_refused_save_changes_nothing,
    }
    conversations {
        a_direct_conversation_of_two_exists_once,
        a_put_replaces_the_members,
        members_come_and_go,
        a_deleted_conversation_is_found_by_nobody,
        pages_of_conversations_do_not_overlap,
        a_title_and_an_owner_can_change,
        all_conversations_are_listed_page_by_page,
    }
    history {
        history_goes_through_every_call_once,
        history_filters_by_conversation_kind_outcome_and_time,
        a_missed_entry_is_unseen_until_marked_and_unseen_again_when_missed_again,
        a_call_withheld_from_somebody_is_in_none_of_their_lists,
        old_calls_are_forgotten_with_everything_of_them,
    }
    lookups {
        live_and_overdue_calls_are_found,
        people_in_calls_are_busy,
        the_newest_event_sets_the_clock,
        active_calls_are_those_of_the_users_conversations,
    }
    people {
        people_are_found_by_name_and_identifier_parts,
        blocks_are_told_apart_by_direction,
        a_renamed_person_is_found_by_the_new_name,
        blocks_are_listed_with_the_newest_first,
        a_host_user_takes_in_new_names_and_writes_nothing_otherwise,
        contacts_share_a_conversation,
        do_not_disturb_may_have_no_end,
    }
    races {
        of_32_saves_of_one_version_one_wins,
        of_32_calls_of_one_conversation_one_lives,
        a_device_joins_one_of_many_calls,
        a_direct_conversation_created_by_32_is_one,
        of_32_equal_requests_one_is_fresh,
    }
    round_trip {
        every_variant_survives_storage,
        random_lives_of_calls_survive_every_save,
    }
    schema {
        migrating_again_changes_nothing,
        a_changed_migration_refuses_to_start,
        a_newer_database_refuses_to_start,
        programs_that_start_together_migrate_once,
    }
    tokens {
        a_refresh_token_is_used_once,
        the_newest_used_token_may_come_again_within_the_grace,
        a_copied_token_revokes_its_family,
        api_keys_are_valid_until_withdrawn,
        a_repeated_request_gets_the_first_answer,
        an_abandoned_request_may_be_tried_again,
        expired_turn_credentials_are_cleaned_up,
    }
    faults {
        a_closed_store_is_unavailable,
        an_unknown_user_is_a_fault,
        writes_given_up_half_way_leave_nothing_behind,
    }
}
