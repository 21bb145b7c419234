"""What is withheld cannot be had by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.small_groups import Group, withheld

GROUPS = st.lists(st.builds(Group, st.integers(0, 12), st.booleans()), max_size=12).map(
    lambda groups: {str(number): group for number, group in enumerate(groups)}
)


@given(GROUPS)
def test_nobody_who_did_not_agree_is_told_of_in_a_small_group(groups):
    hidden = withheld(groups)
    for key, group in groups.items():
        if 0 < group.people < 5 and not group.all_consent:
            assert key in hidden


@given(GROUPS)
def test_the_rest_of_the_total_is_no_small_group(groups):
    """Whoever knows the total and every group that is told can only tell the withheld ones together."""
    hidden = withheld(groups)
    if not hidden:
        return
    told = [group for key, group in groups.items() if key not in hidden and group.people]
    subtraction = sum(group.people for group in groups.values()) - sum(group.people for group in told)
    assert not told or (len(hidden) >= 2 and subtraction >= 5)


@given(GROUPS)
def test_no_more_is_withheld_than_needed(groups):
    hidden = withheld(groups)
    small = {key for key, group in groups.items() if 0 < group.people < 5 and not group.all_consent}
    assert bool(hidden) == bool(small)
    if extra := hidden - small:
        largest = max(extra, key=lambda key: (groups[key].people, key))
        without = [groups[key].people for key in hidden - {largest}]
        assert len(without) < 2 or sum(without) < 5


@given(GROUPS)
def test_groups_without_people_hide_nobody(groups):
    hidden = withheld(groups)
    assert not any(groups[key].people == 0 for key in hidden)
    assert hidden == withheld({key: group for key, group in groups.items() if group.people})


@given(GROUPS)
def test_the_order_of_groups_does_not_matter(groups):
    assert withheld(groups) == withheld(dict(reversed(groups.items())))


def test_the_next_smallest_goes_with_it():
    groups = {"a": Group(3, False), "b": Group(9, True), "c": Group(6, True)}
    assert withheld(groups) == {"a", "c"}
