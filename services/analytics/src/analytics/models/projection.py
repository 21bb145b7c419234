"""What a projection is: for each event, the statements that turn a batch of its facts into rows.

A statement reads ``:facts``, the facts as a JSON array, and may read ``:moment``, when they were stored. It must give
the same rows whatever the order, repetition and batching of facts that carry a time; facts without one (snapshots)
come in the order of their subject. What it returns are the organizations whose figures it changed beside the
facts' own.
"""

from collections.abc import Mapping
from typing import Any

from contracts.event import Event

Facts = list[dict[str, Any]]
Projection = Mapping[type[Event], tuple[str, ...]]
