"""What a partner sends and is answered, as the API's document shows it."""

from typing import Any

_STUDENT, _OTHER = "01938f5e-7c1a-7000-8000-0123456789ab", "01938f5e-7c1a-7000-8000-0123456789ac"
_MATHS, _SCIENCE = "01938f5e-7c1a-7000-8000-0123456789c1", "01938f5e-7c1a-7000-8000-0123456789c2"
_SPONSORSHIP, _PROGRAM = "01938f5e-7c1a-7000-8000-0123456789d1", "01938f5e-7c1a-7000-8000-0123456789e1"
_PAGE = {"total": 1, "page": 1, "limit": 20, "pages": 1}

WISH: dict[str, Any] = {
    "student_ids": [_STUDENT, _OTHER],
    "type": "course_specific",
    "course_ids": [_MATHS, _SCIENCE],
    "amount_per_student": 25000,
    "currency": "KES",
    "start_date": "2026-03-01",
    "end_date": "2026-12-31",
    "notes": "Sponsoring Grade 5 students for Mathematics and Science courses.",
}
WISHED: dict[str, Any] = {
    "sponsorships_created": 2,
    "sponsorship_ids": [_SPONSORSHIP, "01938f5e-7c1a-7000-8000-0123456789d2"],
    "total_amount": 50000,
    "currency": "KES",
    "status": "pending",
    "message": "Sponsorships created successfully. Payment required to activate.",
}
_FACTS: dict[str, Any] = {
    "id": _SPONSORSHIP,
    "type": "full_scholarship",
    "status": "active",
    "start_date": "2025-09-01T00:00:00Z",
    "end_date": "2026-08-31T00:00:00Z",
    "created_at": "2025-08-15T08:30:00Z",
}
_NAMED: dict[str, Any] = {"id": _STUDENT, "name": "Amani Kariuki", "pseudonymous": False, "grade_level": 5}
SPONSORSHIPS: dict[str, Any] = {
    "sponsorships": [
        {
            **_FACTS,
            "student": {**_NAMED, "school": "Nairobi Primary", "county": "Nairobi"},
            "courses_covered": ["CBC Mathematics Grade 5", "CBC Science Grade 5"],
            "total_amount": 50000,
            "amount_disbursed": 35000,
            "currency": "KES",
            "student_performance": {"average_score": 85, "courses_completed": 1, "courses_in_progress": 1},
        }
    ],
    **_PAGE,
}


def _course(id: str, title: str, percent: int, score: int) -> dict[str, Any]:
    standing = {"progress_percent": percent, "current_score": score, "status": "in_progress"}
    return {"id": id, "title": title, **standing}


SPONSORSHIP: dict[str, Any] = {
    **_FACTS,
    "student": {**_NAMED, "avatar_url": None},
    "courses": [
        _course(_MATHS, "CBC Mathematics Grade 5", 72, 85),
        _course(_SCIENCE, "CBC Science Grade 5", 45, 78),
    ],
    "financial": {
        "total_amount": 50000,
        "amount_disbursed": 15000,
        "amount_remaining": 35000,
        "currency": "KES",
        "disbursement_history": [{"date": "2025-09-01", "amount": 15000, "description": "Initial disbursement"}],
    },
    "timeline": [
        {"date": "2025-08-15", "event": "Sponsorship created"},
        {"date": "2025-09-01", "event": "Sponsorship activated"},
        {"date": "2025-09-01", "event": "KES 15,000.00 disbursed: Initial disbursement"},
    ],
    "notes": None,
}

_WORDS = {
    "name": "Coast Region Digital Literacy 2026",
    "description": "Digital literacy program for Grade 4-6 students in Mombasa and Kilifi counties",
}
PLAN: dict[str, Any] = {
    **_WORDS,
    "target_students": 30,
    "budget": 900000,
    "currency": "KES",
    "course_ids": [_MATHS, _SCIENCE],
    "eligibility": {"grade_levels": [4, 5, 6], "counties": ["Mombasa", "Kilifi"], "max_household_income": 50000},
    "start_date": "2026-05-01",
    "end_date": "2027-04-30",
}
PLANNED: dict[str, Any] = {
    "id": _PROGRAM,
    "name": _WORDS["name"],
    "status": "planning",
    "target_students": 30,
    "budget": 900000,
    "created_at": "2026-02-15T10:00:00Z",
    "message": "Program created successfully. Student enrollment can begin after payment.",
}
_PROGRAM_FACTS: dict[str, Any] = {
    "id": _PROGRAM,
    **_WORDS,
    "status": "active",
    "target_students": 30,
    "enrolled_students": 22,
    "budget": 900000,
    "spent": 300000,
    "currency": "KES",
    "start_date": "2026-05-01",
    "end_date": "2027-04-30",
    "created_at": "2026-02-15T10:00:00Z",
}
PROGRAMS: dict[str, Any] = {
    "programs": [{**_PROGRAM_FACTS, "courses": ["Digital skills", "Safe online"]}],
    **_PAGE,
}
PROGRAM: dict[str, Any] = {
    **_PROGRAM_FACTS,
    "remaining": 600000,
    "courses": [
        {"id": _MATHS, "title": "Digital skills", "enrolled": 22},
        {"id": _SCIENCE, "title": "Safe online", "enrolled": 18},
    ],
    "eligibility": PLAN["eligibility"],
    "participants": {
        "by_grade": {"4": 12, "5": None, "6": None},
        "by_county": {"Kilifi": 10, "Mombasa": 12},
        "average_score": 79,
        "completion_rate": 68.2,
    },
    "milestones": [
        {"date": "2026-05-01", "description": "Program launched"},
        {"date": "2026-06-15", "description": "10 students enrolled"},
    ],
}
STUDENTS: dict[str, Any] = {"students": [{"student_id": _STUDENT, "household_income": 30000}]}
ENROLLED: dict[str, Any] = {
    "program_id": _PROGRAM,
    "counts": {"enrolled": 1, "already_enrolled": 0, "not_eligible": 0, "program_full": 0, "invalid": 0},
    "results": [{"row": 1, "student_id": _STUDENT, "status": "enrolled"}],
}
REFUSED: dict[str, Any] = {
    "program_id": _PROGRAM,
    "counts": {"enrolled": 0, "already_enrolled": 0, "not_eligible": 1, "program_full": 0, "invalid": 0},
    "results": [{"row": 1, "student_id": _STUDENT, "status": "not_eligible", "criterion": "counties"}],
}
