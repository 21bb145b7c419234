"""What is killed, and when: decided by the seed before anything starts, so that a run can be played again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

KILLS = {
    "relay": "kill -9 of a worker of the publisher",
    "relay at confirm": "kill -9 of the relay when the batch is confirmed and not yet settled",
    "consumer": "kill -9 of a worker of the listener",
    "consumer at ack": "kill -9 of the consumer when the inbox is committed and not yet acknowledged",
    "web": "kill -9 of the listener's web process",
    "broker": "kill -9 of the RabbitMQ node",
    "database": "kill -9 of PostgreSQL, all its processes",
    "writer": "kill -9 of the process that commits",
}
OTHERS = {
    "cut": "the publisher's connections cut in the middle",
    "broker stopped": "a clean stop of the RabbitMQ node",
    "relay stopped": "SIGTERM to a worker of the publisher, as a new version would come",
    "consumer stopped": "SIGTERM to a worker of the listener",
}
NOT_OVER = {"http": {"broker", "broker stopped", "consumer at ack"}, "amqp": {"web"}}
"""What a transport has not: nothing to kill there."""

LONGEST_DOWN = 2.0
"""Seconds after which what was killed is started again, at most."""


@dataclass(frozen=True)
class Fault:
    """At ``moment`` seconds, do ``kind`` to process ``slot`` (0 or 1); start it again ``down`` seconds later."""

    moment: float
    kind: str
    slot: int
    down: float

    def __str__(self) -> str:
        return f"{self.moment:6.2f} s  {self.kind} {self.slot + 1}, down {self.down:.2f} s"


def make_plan(transport: str, kills: int, seconds: float, seed: int) -> list[Fault]:
    """``kills`` times kill -9, and two cuts or stops for every five, spread over so many seconds.

    Every kind comes before any comes twice; the two workers of a service are meant in turn.
    """
    chance = random.Random(seed)  # noqa: S311 - replayable, guards nothing
    kinds = _draw(chance, transport, tuple(KILLS), kills) + _draw(chance, transport, tuple(OTHERS), 2 * kills // 5)
    chance.shuffle(kinds)
    lane = seconds / len(kinds)
    turns: dict[str, int] = {}
    plan = []
    for number, kind in enumerate(kinds):
        service = kind.split()[0]
        turns[service] = turns.get(service, chance.randrange(2)) + 1
        moment = (number + chance.uniform(0.05, 0.95)) * lane
        plan.append(Fault(round(moment, 3), kind, turns[service] % 2, round(chance.uniform(0.1, LONGEST_DOWN), 3)))
    return plan


def _draw(chance: random.Random, transport: str, kinds: Sequence[str], count: int) -> list[str]:
    possible = [kind for kind in kinds if kind not in NOT_OVER[transport]]
    drawn: list[str] = []
    while len(drawn) < count:
        drawn += chance.sample(possible, len(possible))
    return drawn[:count]
