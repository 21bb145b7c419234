"""Whatever a list holds arrives as it is, however it was written."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DataError

from chassis.database import SYSTEM, Database

WHAT_POSTGRESQL_STORES = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
TEXTS = st.lists(st.one_of(st.none(), st.text(WHAT_POSTGRESQL_STORES, max_size=8)), max_size=8)


@pytest.fixture
def arrives(publisher: Database):
    def ask(kind: str, given: object) -> object:
        with publisher.transaction(SYSTEM) as session:
            return session.scalar(text(f"select cast(:given as {kind}[])"), {"given": given})

    return ask


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXTS)
def test_texts(arrives, texts):
    assert arrives("text", texts) == texts


@pytest.mark.parametrize(
    "texts",
    [
        [], [""], ["null", "NULL"], ['a"b', "{c}", "d,e", "f\\g"], ["tab\t", "line\n", "\x01", "\x7f"],
        [" a ", "ü", "\u2028"], [None, "a"],
    ],
    ids=["none", "empty", "null", "signs", "control", "blanks", "unknown"],
)  # fmt: skip
def test_texts_that_need_quoting(arrives, texts):
    assert arrives("text", texts) == texts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.none(), st.uuids()), max_size=5), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_ids_and_numbers(arrives, ids, numbers):
    assert arrives("uuid", ids) == ids
    assert arrives("bigint", numbers) == numbers


def test_other_things(arrives):
    assert arrives("boolean", [True, False]) == [True, False]
    assert arrives("integer", [[1, 2], [3, 4]]) == [[1, 2], [3, 4]]
    with pytest.raises(DataError):
        arrives("text", [UUID(int=1), "a"])
