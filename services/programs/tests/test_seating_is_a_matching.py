"""Seating, as arithmetic: as many sit as the pools could ever seat, whoever came first."""

from collections import Counter
from itertools import product
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from programs.rules.seating import GENERAL, Seating

STANDS = "stands"
COHORTS = [UUID(int=n) for n in range(1, 4)]
pools = st.dictionaries(st.sampled_from([GENERAL, *COHORTS]), st.integers(0, 2))
students = st.lists(st.sets(st.sampled_from(COHORTS)), max_size=6)


def most(capacity, wanting):
    """The most that can sit, by trying every way."""
    ways = product(*([*cohorts, GENERAL, STANDS] for cohorts in wanting))
    return max(len(way) - way.count(STANDS) for way in ways if fits(capacity, way))


def fits(capacity, way):
    return all(taken <= capacity.get(pool, 0) for pool, taken in Counter(way).items() if pool != STANDS)


@given(pools, students)
def test_as_many_sit_as_can(capacity, wanting):
    seating = Seating(capacity)
    seated = [seating.place(UUID(int=100 + n), cohorts) for n, cohorts in enumerate(wanting)]
    assert sum(seated) == most(capacity, wanting)


@given(pools, students)
def test_no_pool_holds_more_than_it_has_and_nobody_sits_where_they_may_not(capacity, wanting):
    seating = Seating(capacity)
    for n, cohorts in enumerate(wanting):
        seating.place(UUID(int=100 + n), cohorts)
    for pool in seating.pool_of.values():
        assert list(seating.pool_of.values()).count(pool) <= capacity.get(pool, 0)
    for student, pool in seating.pool_of.items():
        assert pool is GENERAL or pool in wanting[student.int - 100]


@given(pools, students)
def test_who_sits_is_never_sent_away_for_a_later_comer(capacity, wanting):
    seating = Seating(capacity)
    before: set[UUID] = set()
    for n, cohorts in enumerate(wanting):
        seating.place(UUID(int=100 + n), cohorts)
        assert before <= set(seating.pool_of)
        before = set(seating.pool_of)


@given(pools, students, st.data())
def test_a_seat_that_was_left_can_be_taken(capacity, wanting, data):
    seating = Seating(capacity)
    for n, cohorts in enumerate(wanting):
        seating.place(UUID(int=100 + n), cohorts)
    if seating.pool_of:
        leaver = data.draw(st.sampled_from(sorted(seating.pool_of)))
        seating.leave(leaver)
        assert seating.place(UUID(int=99), wanting[leaver.int - 100])


def test_ten_thousand_are_seated_in_a_moment():
    seating = Seating({GENERAL: 5_000, COHORTS[0]: 4_000})
    seated = [seating.place(UUID(int=100 + n), COHORTS[:1]) for n in range(10_000)]
    assert sum(seated) == 9_000
