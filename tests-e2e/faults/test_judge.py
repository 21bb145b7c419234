"""A judge that cannot say no is worth nothing."""

from dataclasses import replace
from itertools import islice

import pytest

from faults.judge import Effect, Verdict, Written, judge
from faults.writer import facts

HOLDS = Verdict(0, 0, 0, 0, 0, 0, 0)
WRITTEN = [Written(number, str(subject), counter) for number, subject, counter in islice(facts(4, seed=1), 40)]
EFFECTS = [Effect(*row, position=10 * row.number) for row in WRITTEN]
TOLD = range(40)


def test_one_effect_of_each_event_in_order_holds():
    assert judge(WRITTEN, EFFECTS, TOLD) == HOLDS
    assert HOLDS.holds


def test_subjects_may_overtake_one_another():
    by_subject = sorted(EFFECTS, key=lambda effect: effect.subject)
    assert by_subject != EFFECTS
    assert judge(WRITTEN, by_subject, TOLD) == HOLDS


@pytest.mark.parametrize("gone", range(40))
def test_a_lost_effect_is_seen(gone):
    left = [effect for effect in EFFECTS if effect.number != gone]
    assert judge(WRITTEN, left, TOLD) == replace(HOLDS, lost=1)


@pytest.mark.parametrize("again", range(40))
def test_a_doubled_effect_is_seen(again):
    assert judge(WRITTEN, [*EFFECTS, EFFECTS[again]], TOLD) == replace(HOLDS, twice=1)


def test_a_reordered_effect_is_seen():
    early, late = (n for n, row in enumerate(WRITTEN) if row.subject == WRITTEN[0].subject and row.counter in {3, 4})
    swapped = list(EFFECTS)
    swapped[early], swapped[late] = swapped[late], swapped[early]
    assert judge(WRITTEN, swapped, TOLD) == replace(HOLDS, disordered=1)


def test_an_order_kept_in_counters_but_not_in_positions_is_seen():
    positions = [effect._replace(position=-effect.position) for effect in EFFECTS]
    assert judge(WRITTEN, positions, TOLD).disordered > 0


def test_an_effect_of_nothing_committed_is_seen():
    stranger = Effect(99, WRITTEN[0].subject, 99, 990)
    assert judge(WRITTEN, [*EFFECTS, stranger], TOLD) == replace(HOLDS, invented=1)


def test_an_effect_with_other_facts_is_seen():
    forged = [EFFECTS[0]._replace(subject="somebody else"), *EFFECTS[1:]]
    assert judge(WRITTEN, forged, TOLD).invented == 1


def test_a_commit_the_database_forgot_is_seen():
    assert judge(WRITTEN[:-1], EFFECTS[:-1], TOLD) == replace(HOLDS, forgotten=1)


def test_the_dead_and_the_owed_are_seen():
    assert not judge(WRITTEN, EFFECTS, TOLD, dead=1).holds
    assert not judge(WRITTEN, EFFECTS, TOLD, owed=1).holds
