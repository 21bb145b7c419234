"""The data set reads as it was published, and people made from it stay the same people."""

from collections import Counter

import pytest

from star.calendar import day_of_tests
from star.choose import choose_schools
from star.data import COURSES, School, read_rows, read_schools
from star.people import DOMAIN, person


@pytest.fixture(scope="module")
def schools() -> list[School]:
    return read_schools(read_rows())


def test_every_row_student_and_score_is_there() -> None:
    rows = list(read_rows())
    assert len(rows) == 26_796
    assert len({row.student for row in rows}) == 11_598
    assert sum(score is not None for row in rows for score in row.scores.values()) == 48_875


def test_a_missing_score_stays_missing_and_is_never_a_zero() -> None:
    scores = [score for row in read_rows() for score in row.scores.values()]
    assert scores.count(None) == 2 * 26_796 - 48_875
    assert min(score for score in scores if score is not None) > 0


def test_a_student_belongs_to_the_school_of_the_first_record(schools: list[School]) -> None:
    assert sum(len(school.pupils) for school in schools) == 11_598
    assert len(schools) == 80
    first: dict[str, str] = {}
    for row in sorted(read_rows(), key=lambda row: "K123".index(row.grade)):
        first.setdefault(row.student, row.school)
    assert {pupil.id: school.id for school in schools for pupil in school.pupils} == first


def test_three_middling_schools_of_different_settings_are_chosen_always_the_same(schools: list[School]) -> None:
    chosen = choose_schools(schools, 3)
    assert [school.name for school in chosen] == ["School 5 (rural)", "School 36 (suburban)", "School 2 (urban)"]
    assert chosen == choose_schools(list(reversed(schools)), 3)


def test_more_schools_only_add_to_fewer(schools: list[School]) -> None:
    assert choose_schools(schools, 9)[:3] == choose_schools(schools, 3)


def test_chosen_schools_have_students_who_completed_all_eight_courses(schools: list[School]) -> None:
    for school in choose_schools(schools, 80):
        assert any(set(pupil.scores) == set(COURSES) for pupil in school.pupils)


def test_a_student_is_the_same_person_in_every_run_under_another_address(schools: list[School]) -> None:
    pupil = schools[0].pupils[0]
    assert person(pupil, "a") == person(pupil, "a")
    assert person(pupil, "a").name == person(pupil, "b").name
    addresses = {(person(each, run).email, run) for each in schools[0].pupils for run in "ab"} - {
        (None, "a"),
        (None, "b"),
    }
    assert len({address for address, _ in addresses}) == len(addresses) > 2


def test_addresses_are_unique_and_cannot_reach_anybody(schools: list[School]) -> None:
    people = [person(pupil, "run") for school in schools for pupil in school.pupils]
    addresses = Counter(address for one in people for address in (one.email, one.guardian_email) if address)
    assert 0.4 < len(addresses) / len(people) < 0.6
    assert set(addresses.values()) == {1}
    assert all(address.endswith(f"@run.{DOMAIN}") for address in addresses)


def test_birthdays_make_children_of_five_when_kindergarten_begins(schools: list[School]) -> None:
    for pupil in schools[0].pupils:
        born = person(pupil, "run").birth_date
        assert "2016-09-01" <= born.isoformat() < "2017-09-01"


def test_school_years_are_37_years_later() -> None:
    assert [day_of_tests(grade).year - 37 for grade in "K123"] == [1986, 1987, 1988, 1989]
