"""What is withheld cannot be had by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.rules.small_groups import Group, withheld

GROUPS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=12).map(
    lambda cells: [Group(str(number), people, agreed) for number, (people, agreed) in enumerate(cells)]
)


@given(GROUPS)
def test_nobody_who_did_not_agree_is_told_of_in_a_small_group(groups):
    hidden = withheld(groups)
    for group in groups:
        if 0 < group.people < 5 and not group.all_consent:
            assert group.key in hidden


@given(GROUPS)
def test_the_rest_of_the_total_is_no_small_group(groups):
    """Whoever knows the total and every group that is told can only tell the withheld ones together."""
    hidden = withheld(groups)
    if not hidden:
        return
    told = [group for group in groups if group.key not in hidden and group.people]
    rest = [group for group in groups if group.key in hidden]
    subtraction = sum(group.people for group in groups) - sum(group.people for group in told)
    assert not told or (len(rest) >= 2 and subtraction >= 5)


@given(GROUPS)
def test_no_more_is_withheld_than_needed(groups):
    hidden = withheld(groups)
    small = {group.key for group in groups if 0 < group.people < 5 and not group.all_consent}
    assert bool(hidden) == bool(small)
    extra = [group for group in groups if group.key in hidden - small]
    if extra:
        largest = max(extra, key=lambda group: (group.people, group.key))
        without = [group for group in groups if group.key in hidden and group is not largest]
        assert len(without) < 2 or sum(group.people for group in without) < 5


@given(GROUPS)
def test_the_order_of_groups_does_not_matter(groups):
    assert withheld(groups) == withheld(groups[::-1])


def test_the_next_smallest_goes_with_it():
    groups = [Group("a", 3, False), Group("b", 9, True), Group("c", 6, True)]
    assert withheld(groups) == {"a", "c"}
