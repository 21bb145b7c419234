"""What a course is called and what completes it is told when it changes, and only then."""

import pytest

from contracts.events.programs import CourseCreated, CourseUpdated


@pytest.fixture
def course(academy):
    """A course, as it is known."""
    return academy.course("Mathematics")


def test_a_new_course_tells_what_completes_it(academy, published):
    rule = {"completion": "score", "min_score": 60, "certificate": True}
    academy.post("courses/", {"title": "Reading", **rule})
    (told,) = published(CourseCreated)
    assert {name: getattr(told, name) for name in rule} == rule
    assert (told.title, told.min_percent) == ("Reading", None)


def test_another_rule_is_told_with_the_whole_course(academy, course, published):
    academy.patch(f"courses/{course}/", {"completion": "progress", "min_percent": 80})
    (told,) = published(CourseUpdated)
    assert (str(told.course_id), told.organization_id, told.title) == (course, academy.id, "Mathematics")
    assert (told.completion, told.min_score, told.min_percent, told.certificate) == ("progress", None, 80, False)


def test_what_changes_nothing_that_is_told_is_not_told(academy, course, published):
    academy.patch(f"courses/{course}/", {"completion": "progress", "min_percent": 80})
    academy.patch(f"courses/{course}/", {"completion": "progress", "min_percent": 80.0})
    academy.patch(f"courses/{course}/", {"description": "Numbers and shapes"})
    assert academy.patch(f"courses/{course}/", {"completion": "score"}).status_code == 422
    assert len(published(CourseUpdated)) == 1


def test_nobody_elses_course_is_told_of(academy, sponsor, course, published):
    assert sponsor.patch(f"courses/{course}/", {"certificate": True}).status_code == 404
    assert published(CourseUpdated) == []
