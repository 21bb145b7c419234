"""One shape of list: ``items`` with ``total``, ``page``, ``limit``, ``pages``; sorting by listed fields only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from sqlalchemy import Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from chassis.errors import Malformed

MAX_PAGE = 1_000_000


class PageQuery(Schema):
    """``page`` from 1 and ``limit`` up to 100; unknown query parameters are ignored."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(1, MAX_PAGE))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class PageSchema(Schema):
    """Base of a list answer; add ``items = fields.List(fields.Nested(...))``."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    pages = fields.Integer(required=True)


@dataclass(frozen=True)
class Page:
    """One page of rows."""

    items: Sequence[Any]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.limit)


def paginate(session: Session, statement: Select[*tuple[Any, ...]], *, page: int, limit: int) -> Page:
    """Run an ordered statement for one page; the total is counted without its order or columns' work."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = session.execute(statement.limit(limit).offset((page - 1) * limit)).mappings().all() if total else []
    return Page(rows, total, page, limit)


def ordered(
    statement: Select[*tuple[Any, ...]],
    sort: str,
    allowed: Mapping[str, SQLColumnExpression[Any]],
    tie: SQLColumnExpression[Any],
) -> Select[*tuple[Any, ...]]:
    """Order by a listed field, ``-field`` for descending, and then by ``tie`` so that the order is stable.

    Raises Malformed naming the fields that can be sorted by.
    """
    name = sort.removeprefix("-")
    if name not in allowed:
        raise Malformed(f"Cannot sort by that; choose one of: {', '.join(sorted(allowed))}.")
    column = allowed[name]
    return statement.order_by(column.desc().nulls_last() if sort.startswith("-") else column.nulls_last(), tie)
