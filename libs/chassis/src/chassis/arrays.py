"""Lists as parameters: those of ids, texts or whole numbers are written at once, not element by element.

A batch has lists of hundreds of ids in each of its statements, and writing them took more time than all else there.
"""

from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.types.array import ListDumper

_PLAIN = ({UUID}, {str}, {int})
_encode = msgspec.json.Encoder().encode


class Lists(ListDumper):
    """PostgreSQL's array literal is JSON's but for its brackets, as long as nothing in it needs escaping."""

    def dump(self, obj: list[Any]) -> Any:
        """The literal."""
        if set(map(type, obj)) in _PLAIN:
            written = _encode(obj)
            if b"\\" not in written:
                return b"{%b}" % written[1:-1]
        return super().dump(obj)


def write_quickly(connection: Connection) -> None:
    """Have this connection write lists so."""
    connection.adapters.register_dumper(list, Lists)
