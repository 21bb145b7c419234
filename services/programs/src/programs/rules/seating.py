"""Who may sit where: students on seats, seats in pools.

A pool is the seats granted for one cohort, or the general ones (None), on which anybody can draw. A student can draw
on the general pool and on those of the cohorts they are in. Nobody is refused while a rearrangement would give
them a seat: ``place`` looks for a chain of moves that ends in a pool with room (an augmenting path, as in bipartite
matching), so what is placed is always as much as the windows allow.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from itertools import pairwise
from uuid import UUID

Pool = UUID | None
GENERAL: Pool = None


class Seating:
    """Seats in use against the ``capacity`` of each pool."""

    def __init__(self, capacity: Mapping[Pool, int]) -> None:
        self._capacity = dict(capacity)
        self._in_use: Counter[Pool] = Counter()
        self._choices: dict[UUID, tuple[Pool, ...]] = {}
        self._movable: dict[Pool, dict[Pool, dict[UUID, None]]] = defaultdict(lambda: defaultdict(dict))
        self._changed: set[UUID] = set()
        self.pool_of: dict[UUID, Pool] = {}

    @property
    def named(self) -> list[UUID]:
        """The cohorts that seats were granted for."""
        return [pool for pool in self._capacity if pool is not None]

    @property
    def changed(self) -> dict[UUID, Pool]:
        """The students whose pool was decided or changed by ``place``, with the pool they draw on now."""
        return {student: self.pool_of[student] for student in self._changed if student in self.pool_of}

    def occupy(self, pool: Pool, seats: int) -> None:
        """Count seats in use by students who can draw on no other pool."""
        self._in_use[pool] += seats

    def hold(self, student: UUID, pool: Pool, cohorts: Iterable[UUID]) -> None:
        """Note that a student holds a seat of ``pool``, and is in these cohorts."""
        self._choices[student] = self._open_to(cohorts)
        self._sit(student, pool)

    def place(self, student: UUID, cohorts: Iterable[UUID]) -> bool:
        """Give the student a seat, moving others if need be. False when there is none."""
        choices = self._open_to(cohorts)
        path = self._path(choices)
        if path is None:
            return False
        for source, target in reversed(list(pairwise(path))):
            self._move(next(iter(self._movable[source][target])), target)
        self._choices[student] = choices
        self._sit(student, path[0])
        self._changed.add(student)
        return True

    def leave(self, student: UUID) -> None:
        """Free the student's seat."""
        pool = self.pool_of.pop(student)
        self._in_use[pool] -= 1
        for choice in self._choices[student]:
            self._movable[pool][choice].pop(student, None)

    def _open_to(self, cohorts: Iterable[UUID]) -> tuple[Pool, ...]:
        return (*sorted(cohort for cohort in set(cohorts) if cohort in self._capacity), GENERAL)

    def _path(self, choices: tuple[Pool, ...]) -> list[Pool] | None:
        """The shortest chain of pools from one of the choices to one with room."""
        came_from: dict[Pool, Pool] = {}
        seen = set(choices)
        waiting = deque(choices)
        while waiting:
            pool = waiting.popleft()
            if self._in_use[pool] < self._capacity.get(pool, 0):
                return self._back(pool, came_from)
            for following, students in self._movable[pool].items():
                if students and following not in seen:
                    seen.add(following)
                    came_from[following] = pool
                    waiting.append(following)
        return None

    @staticmethod
    def _back(pool: Pool, came_from: Mapping[Pool, Pool]) -> list[Pool]:
        path = [pool]
        while path[-1] in came_from:
            path.append(came_from[path[-1]])
        return path[::-1]

    def _move(self, student: UUID, target: Pool) -> None:
        self.leave(student)
        self._sit(student, target)
        self._changed.add(student)

    def _sit(self, student: UUID, pool: Pool) -> None:
        self.pool_of[student] = pool
        self._in_use[pool] += 1
        for choice in self._choices[student]:
            if choice != pool:
                self._movable[pool][choice][student] = None
