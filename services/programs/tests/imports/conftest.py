"""OneRoster zips as tests write them, and how a story imports one."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from programs.rules.oneroster.files import COLUMNS

Rows = Mapping[str, Iterable[Any]]

_SCHOOL: Rows = {
    "orgs.csv": [
        {"sourcedId": "D", "name": "Nairobi district", "type": "district"},
        {"sourcedId": "S", "name": "Uhuru School", "type": "school", "parentSourcedId": "D"},
    ],
    "academicSessions.csv": [
        {"sourcedId": "Y", "title": "2026", "type": "schoolYear", "startDate": "2026-01-05", "endDate": "2026-11-30",
         "schoolYear": "2026"},
        {"sourcedId": "T1", "title": "Term 1", "type": "term", "startDate": "2026-01-05", "endDate": "2026-04-10",
         "parentSourcedId": "Y", "schoolYear": "2026"},
    ],
    "courses.csv": [
        {"sourcedId": "C", "title": "Mathematics, grade 2", "grades": "02", "orgSourcedId": "S", "subjects": "Maths"},
    ],
    "classes.csv": [
        {"sourcedId": "K", "title": "2 East", "courseSourcedId": "C", "classType": "scheduled", "schoolSourcedId": "S",
         "termSourcedIds": "Y,T1"},
    ],
    "users.csv": [
        {"sourcedId": "a", "role": "student", "givenName": "Amina", "familyName": "Otieno", "orgSourcedIds": "S",
         "email": "amina@school.example", "agentSourcedIds": "m", "grades": "02", "enabledUser": "true"},
        {"sourcedId": "b", "role": "student", "givenName": "Brian", "familyName": "Mwangi", "orgSourcedIds": "S",
         "grades": "02", "enabledUser": "true"},
        {"sourcedId": "m", "role": "parent", "givenName": "Mary", "familyName": "Otieno", "orgSourcedIds": "S",
         "email": "mary@mail.example", "enabledUser": "true"},
        {"sourcedId": "t", "role": "teacher", "givenName": "Tom", "familyName": "Kamau", "orgSourcedIds": "S",
         "enabledUser": "true"},
    ],
    "demographics.csv": [
        {"sourcedId": "a", "birthDate": "2018-03-01"},
        {"sourcedId": "b", "birthDate": "2017-09-12"},
    ],
    "enrollments.csv": [
        {"sourcedId": "e1", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": "a", "role": "student"},
        {"sourcedId": "e2", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": "b", "role": "student"},
        {"sourcedId": "e3", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": "t", "role": "teacher"},
    ],
    "categories.csv": [{"sourcedId": "G", "title": "Tests"}],
    "lineItems.csv": [
        {"sourcedId": "L", "title": "End of year", "classSourcedId": "K", "categorySourcedId": "G",
         "gradingPeriodSourcedId": "T1", "assignDate": "2026-04-01", "dueDate": "2026-04-09", "resultValueMin": "0",
         "resultValueMax": "600"},
    ],
    "results.csv": [
        {"sourcedId": "r1", "lineItemSourcedId": "L", "studentSourcedId": "a", "scoreStatus": "fully graded",
         "score": "488", "scoreDate": "2026-04-09"},
        {"sourcedId": "r2", "lineItemSourcedId": "L", "studentSourcedId": "b", "scoreStatus": "not submitted",
         "score": "", "scoreDate": "2026-04-09"},
    ],
}  # fmt: skip
"""A school with a class of two; a test changes what it is about."""


def _table(name: str, rows: Iterable[Any]) -> str:
    """A file of the standard; a row may be a mapping by column, or a raw line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[name])
    writer.writeheader()
    for row in rows:
        if isinstance(row, str):
            text.write(f"{row}\r\n")
        else:
            writer.writerow(row)
    return text.getvalue()


def _manifest(modes: Mapping[str, str], **more: str) -> str:
    """The manifest of these files; ``more`` replaces properties, with underscores for dots."""
    properties = {"manifest.version": "1.0", "oneroster.version": "1.1"}
    properties |= {f"file.{name.removesuffix('.csv')}": modes.get(name, "absent") for name in COLUMNS}
    properties |= {name.replace("_", "."): value for name, value in more.items()}
    return "propertyName,value\r\n" + "".join(f"{name},{value}\r\n" for name, value in properties.items())


def _packed(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files as they are."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return found.getvalue()


def _roster(rows: Rows, mode: str = "bulk") -> bytes:
    """The zip of these rows, with its manifest."""
    if mode == "delta":
        stamp = {"status": "active", "dateLastModified": "2026-05-01T08:00:00Z"}
        rows = {
            name: [row if isinstance(row, str) else {**stamp, **row} for row in told] for name, told in rows.items()
        }
    files = {name: _table(name, told) for name, told in rows.items()}
    return _packed({"manifest.csv": _manifest(dict.fromkeys(rows, mode)), **files})


class Importer:
    """An organization that sends files, and the worker that takes them in."""

    def __init__(self, organization: Any, work: Callable[[], None]) -> None:
        self.organization, self._work = organization, work

    def send(self, content: bytes, headers: Mapping[str, str] | None = None, **form: str) -> Any:
        """Send a file; the answer."""
        body = {"file": (io.BytesIO(content), "roster.zip"), **form}
        return self.organization.client.post(
            "/api/v1/programs/imports/",
            data=body,
            content_type="multipart/form-data",
            headers={**self.organization.headers, **(headers or {})},
        )

    def run(self, content: bytes, **form: str) -> Any:
        """Send a file, let the worker work, and read what became of it."""
        answer = self.send(content, **form)
        assert answer.status_code == 202, answer.json
        self._work()
        return self.read(answer.json["id"])

    def read(self, id: str) -> Any:
        """The import as it is now."""
        return self.organization.get(f"imports/{id}/").json

    def errors(self, id: str) -> list[tuple[str, int, str, str]]:
        """The refused rows: file, line, column, reason."""
        answer = self.organization.get(f"imports/{id}/errors/")
        assert answer.status_code == 200, answer.json
        rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
        assert rows[0] == ["file", "line", "column", "reason"]
        return [(file, int(line), column, reason) for file, line, column, reason in rows[1:]]


@pytest.fixture
def importer(run_job: Any) -> Callable[[Any], Importer]:
    """Makes an organization one that imports."""
    return lambda organization: Importer(organization, lambda: run_job("import_rosters"))


@pytest.fixture
def school(academy: Any, importer: Any) -> Importer:
    """A school that imports."""
    made: Importer = importer(academy)
    return made


@pytest.fixture
def school_rows() -> Callable[..., dict[str, list[Any]]]:
    """The school with more rows: ``school_rows(users=[…])`` adds to users.csv."""

    def build(**more: list[Any]) -> dict[str, list[Any]]:
        rows = {name: list(told) for name, told in _SCHOOL.items()}
        for name, told in more.items():
            rows[f"{name}.csv"] = [*rows[f"{name}.csv"], *told]
        return rows

    return build


@pytest.fixture
def roster() -> Callable[..., bytes]:
    """``roster(rows, mode="bulk")``: the zip of these rows, with its manifest."""
    return _roster


@pytest.fixture
def packed() -> Callable[..., bytes]:
    """``packed(files)``: a zip of files as they are."""
    return _packed


@pytest.fixture
def table() -> Callable[..., str]:
    """``table("users.csv", rows)``: a file of the standard."""
    return _table


@pytest.fixture
def manifest() -> Callable[..., str]:
    """``manifest({"users.csv": "bulk"})``: the manifest of these files."""
    return _manifest
