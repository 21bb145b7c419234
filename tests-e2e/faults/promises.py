"""The promises beside that of the events, and the tests that show them.

Every figure is counted by a test and told with ``record_property``; none is written here.
"""

from dataclasses import dataclass

ONE_EFFECT = "tests-e2e/faults/test_one_effect.py::"
OUT = "tests-e2e/faults/test_webhooks_out.py::"
RACES = "services/programs/tests/test_races.py::"
LEDGER = "services/billing/tests/test_ledger_"
FUNDS = "services/billing/tests/partner/test_funds_follow_a_model.py::"
KILLED = "tests-e2e/faults/test_refresh_killed.py::"
REFRESH = "services/identity/tests/test_refresh_tokens.py::"
CALLBACKS = "services/billing/tests/providers/test_every_callback.py::"
PAID = "services/billing/tests/test_webhooks_from_the_provider.py::"
REFUNDED = "services/billing/tests/test_refunds_at_the_provider.py::"
DECISIONS = "services/privacy/tests/test_every_cell_of_the_decision.py::"
WITHDRAWALS = "services/privacy/tests/test_consent_races.py::"
WITHDRAWN = "tests-e2e/doors/test_withdrawn_while_it_is_read.py::"
READS = "tests-e2e/doors/test_every_read_of_a_student.py::"
REBUILD = "services/analytics/tests/test_rebuild.py::"


@dataclass(frozen=True)
class Shown:
    """A test (all its parameters), what it counts of its tries (never 0) and of what went wrong (always 0).

    ``noted`` is what may be any number.
    """

    test: str
    tried: tuple[str, ...]
    wrong: tuple[str, ...]
    noted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Promise:
    """A row: what is promised, how it is tried, and who shows it."""

    name: str
    how: str
    shown: tuple[Shown, ...]


_EFFECT = ("effects_lost", "effects_twice")
_OUT = ("lost", "under_another_id", "not_settled")

PROMISES = (
    Promise(
        "idempotency",
        "one POST (enrolment, sponsor's purchase, transfer taken, refund, partner's payment, disbursement) "
        "many times at once with one key; kill -9 before every statement, commit and answer, then the same request "
        "again: one effect, one answer byte for byte",
        (
            Shown(f"{ONE_EFFECT}test_fifty_at_once_have_one_effect_and_one_answer",
                  ("kinds_of_post", "posts", "at_once"), (*_EFFECT, "answers_differing")),
            Shown(f"{ONE_EFFECT}test_killed_before_any_step_it_is_done_once_by_the_retry", ("kills",),
                  (*_EFFECT, "answers_differing")),
        ),
    ),
    Promise(
        "seats",
        "the last seat, wanted by many at once; who is told that the service is busy comes again",
        (Shown(f"{RACES}test_sixty_four_want_the_last_seat_and_one_gets_it", ("rounds", "at_once"),
               ("oversold", "refused_wrongly", "answered_otherwise"), ("came_again",)),),
    ),
    Promise(
        "ledger",
        "seeded steps of payers, provider and administrator, and of partners and what is released of their funds; "
        "the books compared with a model after each; UPDATE, DELETE and TRUNCATE of what is posted",
        (
            Shown(f"{LEDGER}follows_a_model.py::test_the_ledger_follows_its_model_through_thousands_of_seeded_steps",
                  ("steps",), ("invariants_broken",)),
            Shown(f"{FUNDS}test_funds_follow_their_model_through_thousands_of_seeded_steps",
                  ("steps",), ("invariants_broken",)),
            Shown(f"{LEDGER}is_guarded.py::test_nothing_posted_is_changed_or_deleted",
                  ("changes_tried",), ("changes_taken",)),
        ),
    ),
    Promise(
        "refresh tokens",
        "a used one of any age replayed after the grace, once and by many at once: its family is dead; one token "
        "exchanged many times at once, and killed before every statement, commit and answer of an exchange, then asked "
        "again: one live family, nobody logged out",
        (
            Shown(f"{REFRESH}test_a_used_token_after_the_grace_ends_the_whole_session_at_once",
                  ("replays",), ("alive_after_a_replay",)),
            Shown(f"{REFRESH}test_a_copy_used_by_twenty_at_once_ends_the_family_and_no_other",
                  ("replays", "at_once"), ("alive_after_a_replay", "families_too_many")),
            Shown(f"{REFRESH}test_twenty_at_the_same_moment_get_one_successor",
                  ("refreshes", "at_once"), ("families_too_many", "logged_out")),
            Shown(f"{KILLED}test_killed_before_any_step_of_a_refresh_nobody_is_logged_out",
                  ("kills",), ("families_too_many", "logged_out")),
        ),
    ),
    Promise(
        "webhooks in",
        "each callback of each provider (the sandbox, Stripe, M-Pesa, PayPal) many times at once; all of a payment and "
        "of its refund in every order; forged (secret, signature, address, id, body) and stale ones",
        (
            Shown(f"{CALLBACKS}test_twenty_at_once_have_the_effect_of_one",
                  ("kinds_of_callback", "callbacks", "at_once"), _EFFECT),
            Shown(f"{CALLBACKS}test_every_order_of_a_payments_messages_comes_to_the_same", ("orders",), _EFFECT),
            Shown(f"{CALLBACKS}test_every_order_of_a_payments_and_its_refunds_messages_comes_to_the_same",
                  ("orders",), _EFFECT),
            Shown(f"{CALLBACKS}test_what_is_forged_or_stale_is_refused_and_changes_nothing",
                  ("forged",), ("forged_accepted",)),
            Shown(f"{PAID}test_twenty_at_once_have_one_effect", ("callbacks", "at_once"), _EFFECT),
            Shown(f"{REFUNDED}test_a_callback_twenty_times_at_once_refunds_once", ("callbacks", "at_once"), _EFFECT),
            Shown(f"{PAID}test_the_order_of_messages_changes_nothing", ("orders",), _EFFECT),
            Shown(f"{PAID}test_a_forged_message_is_refused_and_changes_nothing", ("forged",), ("forged_accepted",)),
            Shown(f"{PAID}test_another_body_another_secret_and_another_time_are_forged_too",
                  ("forged",), ("forged_accepted",)),
            Shown(f"{REFUNDED}test_forged_and_stale_callbacks_are_not_taken", ("forged",), ("forged_accepted",)),
        ),
    ),
    Promise(
        "webhooks out",
        "a worker killed before every statement, commit and request of a delivery, alone and among others, and while "
        "the receiver has its request: every webhook arrives, always under the same id",
        (
            Shown(f"{OUT}test_a_worker_killed_before_any_step_of_a_delivery_loses_none",
                  ("deliveries", "kills"), _OUT, ("arrived_again",)),
            Shown(f"{OUT}test_a_worker_killed_while_the_receiver_has_its_request_tells_it_again",
                  ("deliveries", "kills"), _OUT, ("arrived_again",)),
        ),
    ),
    Promise(
        "consent",
        "every (viewer, scope, age, state) cell, as privacy decides and as programs answers; "
        "withdrawn while many ask privacy, and while many read every kind of record through programs' door; "
        "read while privacy is down",
        (
            Shown(f"{DECISIONS}test_every_viewer_gets_the_answer_of_the_table", ("cells",), ("wrong_answers",)),
            Shown(f"{READS}test_every_viewer_reads_what_the_table_says_and_is_in_the_log_once",
                  ("cells",), ("wrong_answers",)),
            Shown(f"{WITHDRAWALS}test_no_read_is_allowed_after_a_withdrawal_was_answered",
                  ("withdrawals", "asked_after"), ("allowed_after",)),
            Shown(f"{WITHDRAWN}test_no_read_that_begins_after_a_withdrawal_was_answered_is_allowed",
                  ("kinds_of_read", "withdrawals", "seen_before", "asked_after"), ("allowed_after",)),
            Shown(f"{READS}test_when_privacy_cannot_be_asked_the_answer_is_no",
                  ("asked_while_down",), ("allowed_while_down",)),
        ),
    ),
    Promise(
        "analytics",
        "every projection made again from the events kept, compared row by row, and what a member is shown",
        (Shown(f"{REBUILD}test_a_rebuild_tells_the_same", ("rows", "metrics"),
               ("rows_differing", "metrics_differing")),),
    ),
)  # fmt: skip
