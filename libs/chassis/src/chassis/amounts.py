"""Money as the API shows it. Apart from the other fields, because only some services know currencies."""

from typing import Any

from marshmallow import fields, utils

from chassis.money import Money


class Major(fields.Field[Any]):
    """Minor units inside, major units outside, in the ``currency`` beside it: 2000000 KES is shown as 20000."""

    def __init__(self, minor: str, **kwargs: Any) -> None:
        metadata = {"type": "number", "example": 20000, **kwargs.pop("metadata", {})}
        super().__init__(attribute=minor, dump_only=True, metadata=metadata, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> int | float | None:  # noqa: ARG002
        return None if value is None else Money(int(value), utils.get_value(obj, "currency")).major()
