"""The document's examples are shaped as what is answered."""

import pytest

from programs.schemas import partner_examples as examples

from .conftest import funds, released


def shape(value):
    """Names and kinds of values; of a list its first, and of words that vary only that there are some."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name not in ("by_grade", "by_county")}
    return [shape(value[0])] if isinstance(value, list) and value else None


@pytest.fixture
def course(academy):
    return academy.course()


def test_answers_about_sponsorships_are_shaped_as_their_examples(partner, pupils, course, deliver):
    wish = {**examples.WISH, "student_ids": [str(id) for id in pupils("A", "B")], "course_ids": [course]}
    made = partner.post("sponsorships", wish).json
    assert shape(made) == shape(examples.WISHED)
    id = made["sponsorship_ids"][0]
    deliver(funds(partner, 1, sponsorship=id), released(partner, 1, "2026-09-01", sponsorship=id))
    assert shape(partner.listed()) == shape(examples.SPONSORSHIPS)
    assert shape(partner.sponsorship(id)) == shape(examples.SPONSORSHIP)


def test_answers_about_programs_are_shaped_as_their_examples(partner, pupils, course, deliver):
    made = partner.post("programs", {**examples.PLAN, "course_ids": [course]}).json
    assert shape(made) == shape(examples.PLANNED)
    deliver(funds(partner, 1, program=made["id"]))
    assert shape(partner.get("programs").json) == shape(examples.PROGRAMS)
    assert shape(partner.program(made["id"])) == shape(examples.PROGRAM)


def test_answers_about_students_are_shaped_as_their_examples(partner, pupils, deliver):
    (student,) = pupils({"external_id": "1", "name": "A", "county": "Nairobi"})
    wish = {"students": [{**examples.STUDENTS["students"][0], "student_id": str(student)}]}
    for criteria, example in (({}, examples.ENROLLED), ({"counties": ["Kilifi"]}, examples.REFUSED)):
        program = partner.planned(eligibility=criteria)
        deliver(funds(partner, 1, program=program))
        assert shape(partner.post(f"programs/{program}/students", wish).json) == shape(example)
