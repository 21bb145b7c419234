"""A school that sends statements, and how stories write them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from chassis.ids import new_id

VERBS = "http://adlnet.gov/expapi/verbs/"
HEADERS = {"X-Experience-API-Version": "1.0.3"}


class Store:
    """The statements of one organization, as its client sees them."""

    def __init__(self, organization: Any, base: str = "/api/v1/xapi") -> None:
        self.organization, self.client = organization, organization.client
        self.headers = {**organization.headers, **HEADERS}
        self.base = base

    def another(self) -> "Store":
        return Store(self.organization.another())

    def post(self, *statements: Any, **more: Any) -> Any:
        body = statements[0] if len(statements) == 1 else list(statements)
        return self.client.post(f"{self.base}/statements", json=body, headers={**self.headers, **more})

    def put(self, id: Any, statement: Any) -> Any:
        return self.client.put(f"{self.base}/statements?statementId={id}", json=statement, headers=self.headers)

    def get(self, **query: Any) -> Any:
        return self.client.get(f"{self.base}/statements", query_string=query, headers=self.headers)

    def found(self, **query: Any) -> list[str]:
        answer = self.get(**query)
        assert answer.status_code == 200, answer.json
        return [statement["id"] for statement in answer.json["statements"]]

    def sent(self, *statements: Any) -> list[str]:
        answer = self.post(*statements)
        assert answer.status_code == 200, answer.json
        ids: list[str] = answer.json
        return ids


@pytest.fixture
def said() -> Callable[..., dict[str, Any]]:
    """A statement: ``said("passed", course, score={"raw": 1}, id=…)``; ``result`` and the rest as given."""

    def build(verb: str = "experienced", course: Any = "http://example.org/page", **more: Any) -> dict[str, Any]:
        score = more.pop("score", None)
        result = {**({"score": score} if score else {}), **more.pop("result", {})}
        told = {
            "actor": {"mbox": "mailto:amina@x.example"},
            "verb": {"id": VERBS + verb},
            "object": {"id": f"https://lms.example/courses/{course}" if "/" not in str(course) else course},
            **({"result": result} if result else {}),
            **more,
        }
        return copy.deepcopy(told)

    return build


@pytest.fixture
def school(academy: Any) -> Any:
    """An academy with two courses and Amina (external id 7) in a cohort of both."""
    academy.math, academy.reading = academy.course("Mathematics"), academy.course("Reading")
    academy.class_2b = academy.cohort(course_ids=[academy.math, academy.reading])
    answer = academy.enrol(academy.class_2b, {"external_id": "7", "name": "Amina", "email": "amina@x.example"})
    academy.amina = answer.json["results"][0]["student_id"]
    return academy


@pytest.fixture
def store(school: Any) -> Store:
    return Store(school)


@pytest.fixture
def effect_of(database: Any, school: Any) -> Callable[[str], str]:
    """What became of a statement here."""
    from sqlalchemy import text

    def ask(id: str) -> str:
        with database.transaction(school.id) as session:
            found: str = session.scalar(text("select effect from xapi_statements where id = :id"), {"id": id})
            return found

    return ask


@pytest.fixture
def an_id() -> Callable[[], str]:
    return lambda: str(new_id())


@pytest.fixture
def store_of() -> type[Store]:
    return Store
