"""What stands in a line of each file of the export."""

from collections.abc import Mapping

from star.calendar import FIRST_DAY, day_of_tests
from star.data import GRADES, Course, Row, School

DISTRICT = "STAR-district"
CATEGORY = "STAR-tests"
LARGEST_SCORE = 999
"""The largest that a scaled score of three digits can be."""

Line = Mapping[str, object]


def student_id(number: str) -> str:
    """A student's sourcedId, which is the academy's external id of them, too."""
    return f"STAR-{number}"


def course_title(course: Course) -> str:
    """What a course is called."""
    year = "kindergarten" if course.grade == "K" else f"grade {course.grade}"
    return f"{course.subject.capitalize()}, {year}"


def year_line(grade: str) -> Line:
    """A school year: a session of academicSessions."""
    start = FIRST_DAY.replace(year=FIRST_DAY.year + GRADES.index(grade))
    end = start.replace(year=start.year + 1, month=5, day=31)
    facts = {"title": f"{start.year}/{end.year}", "type": "schoolYear", "schoolYear": end.year}
    return {"sourcedId": _session(grade), "startDate": start, "endDate": end, **facts}


def course_line(course: Course) -> Line:
    """A line of courses."""
    facts = {"orgSourcedId": DISTRICT, "grades": grade_of(course.grade), "subjects": course.subject.capitalize()}
    return {"sourcedId": _code(course), "title": course_title(course), "courseCode": _code(course), **facts}


def class_line(school: School, course: Course) -> Line:
    """A line of classes: a subject in a grade of a school."""
    return {
        "sourcedId": _room(school.id, course),
        "title": f"{school.name}: {course_title(course)}",
        "grades": grade_of(course.grade),
        "courseSourcedId": _code(course),
        "classType": "scheduled",
        "schoolSourcedId": school_id(school.id),
        "termSourcedIds": _session(course.grade),
        "subjects": course.subject.capitalize(),
    }


def enrollment_line(row: Row, subject: str) -> Line:
    """A line of enrollments: a student in a class, where they really were."""
    course = Course(subject, row.grade)
    return {
        "sourcedId": f"STAR-{row.student}-{_code(course)}",
        "classSourcedId": _room(row.school, course),
        "schoolSourcedId": school_id(row.school),
        "userSourcedId": student_id(row.student),
        "role": "student",
        "primary": "false",
    }


def line_item(school: School, course: Course) -> Line:
    """A line of lineItems: the test of a class."""
    day = day_of_tests(course.grade)
    return {
        "sourcedId": f"test-{_room(school.id, course)}",
        "title": "Stanford Achievement Test",
        "assignDate": day,
        "dueDate": day,
        "classSourcedId": _room(school.id, course),
        "categorySourcedId": CATEGORY,
        "gradingPeriodSourcedId": _session(course.grade),
        "resultValueMin": 0,
        "resultValueMax": LARGEST_SCORE,
    }


def result_line(row: Row, course: Course, score: int | None) -> Line:
    """A line of results: not submitted where the score is missing."""
    return {
        "sourcedId": f"STAR-{row.student}-{_code(course)}",
        "lineItemSourcedId": f"test-{_room(row.school, course)}",
        "studentSourcedId": student_id(row.student),
        "scoreStatus": "not submitted" if score is None else "fully graded",
        "score": score,
        "scoreDate": day_of_tests(course.grade),
    }


def school_id(number: str) -> str:
    """A school's sourcedId."""
    return f"school-{number}"


def _session(grade: str) -> str:
    return f"year-{grade}"


def guardian_id(number: str) -> str:
    """The sourcedId of a student's guardian."""
    return f"guardian-{number}"


def _code(course: Course) -> str:
    return f"{course.subject}-{course.grade}"


def _room(school: str, course: Course) -> str:
    return f"class-{school}-{_code(course)}"


def grade_of(grade: str) -> str:
    """As the standard's vocabulary of grades has it (CEDS): KG, 01, 02 …"""
    return "KG" if grade == "K" else grade.zfill(2)
