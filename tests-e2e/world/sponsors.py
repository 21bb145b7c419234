"""Sponsors who buy and enrol side by side, and know what must have come of it."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from star.account import Account
from star.browser import Browser
from star.client import Client
from star.errors import NotInTime, Refused
from star.run import Run
from world.acts import CHECKOUTS, COHORTS, child
from world.production import Production
from world.system import eventually

IMPATIENT = 0.0
"""Seconds a request is repeated: the first answer must be one that says more than "not now"."""

PATIENT = 120.0


class Sponsor:
    """Counts what was answered: purchases, seats and enrolments."""

    def __init__(self, system: Production, patience: float) -> None:
        run = Run.new(system.url, 0)
        self.account = Account(Client(system.url, patience=patience), run, f"{run.id}@mail.example.org", "Amina")
        self._is_patient = patience > IMPATIENT
        self.purchases = self.seats = self.enrolled = self._tries = 0
        self.cohort = ""

    def arrive(self) -> "Sponsor":
        """Sign up, and make a cohort."""
        self.account.sign_up({"name": f"Sponsor {self.account.run.id}", "kind": "sponsor"})
        body = {"name": "Cohort", "seats": 10_000, "start_date": "2026-01-10", "end_date": "2027-12-10"}
        self.cohort = self.account.post(COHORTS, body, "cohort")["id"]
        return self

    def buy(self, seats: int) -> None:
        """Buy seats and pay; returns when billing knows them."""
        step = ("checkout", self.purchases)
        body = {
            "items": [{"product": "seat", "quantity": seats, "months": 1}],
            "method": "card",
            "success_url": "https://app.example.org/thanks",
            "cancel_url": "https://app.example.org/back",
        }
        checkout = self.account.post(CHECKOUTS, body, *step)
        self._pay(checkout["url"])
        url = f"{CHECKOUTS}{checkout['id']}/"
        eventually(lambda: self.account.get(url)["state"] == "paid", "the checkout is paid", 120)
        self.purchases, self.seats = self.purchases + 1, self.seats + seats

    def enrol(self, count: int) -> None:
        """Enrol new children in one call; those for whom no seat has arrived yet are sent again."""
        waiting = [child(number) for number in range(count)]

        def all_in() -> bool:
            nonlocal waiting
            self._tries += 1
            url = f"{COHORTS}{self.cohort}/enrollments/"
            rows = self.account.post(url, {"students": waiting}, "enrol", self._tries)["results"]
            taken = [row["row"] - 1 for row in rows if row["status"] == "enrolled"]
            waiting = [row for number, row in enumerate(waiting) if number not in taken]
            return not waiting

        eventually(all_in, "seats for all children", 120)
        self.enrolled += count

    def expected(self) -> tuple[object, ...]:
        """What every service must say in the end."""
        share = round(100 * self.enrolled / self.seats, 1)
        return self.seats, self.enrolled, self.enrolled, share, ["paid"] * self.purchases

    def figures(self) -> tuple[object, ...]:
        """What billing, programs and analytics say."""
        items = self.account.get("/api/v1/billing/entitlements/")["items"]
        seat: Any = next((item for item in items if item["product"] == "seat"), {"purchased": 0, "in_use": 0})
        listed = self.account.get(f"{COHORTS}{self.cohort}/enrollments/list/")["total"]
        used = self.account.get("/api/v1/analytics/metrics/seat_utilization/")["value"]
        invoices = [item["status"] for item in self.account.items("/api/v1/billing/invoices/")]
        return seat["purchased"], seat["in_use"], listed, used or 0, invoices

    def _pay(self, url: str) -> None:
        """Press "Pay" at ours and at the provider's; who pressed before and lost the answer is told so by a 409."""
        browser = Browser(self.account.client)
        try:
            page = browser.press(browser.open(url), "Pay")
            if "Pay" in page.buttons:
                browser.press(page, "Pay")
        except Refused as refused:
            if refused.status != 409 or not self._is_patient:
                raise


def arrive(system: Production, count: int, patience: float = IMPATIENT) -> list[Sponsor]:
    """Sponsors who have signed up."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: Sponsor(system, patience).arrive(), range(count)))


def all_do(sponsors: Iterable[Sponsor], act: Callable[[Sponsor], None]) -> None:
    """Everybody at once, a thread each. Raises the first of their errors."""
    everybody = list(sponsors)
    with ThreadPoolExecutor(len(everybody)) as pool:
        list(pool.map(act, everybody))


class Meanwhile:
    """``with Meanwhile(sponsors, act):`` each does ``act`` again and again while the body runs, and once at least.

    Leaving raises the first error any of them met; ``rounds`` says how often they did it altogether.
    """

    def __init__(self, sponsors: Iterable[Sponsor], act: Callable[[Sponsor], None], pause: float = 0.2) -> None:
        self._sponsors, self._act, self._pause = list(sponsors), act, pause
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(len(self._sponsors))
        self.rounds = 0

    def __enter__(self) -> "Meanwhile":
        self._working = [self._pool.submit(self._work, each) for each in self._sponsors]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pool.shutdown(wait=True)
        self.rounds = sum(each.result() for each in self._working)

    def _work(self, sponsor: Sponsor) -> int:
        rounds = 0
        while not rounds or not self._over.wait(self._pause):
            self._act(sponsor)
            rounds += 1
        return rounds


def all_agree(sponsors: Iterable[Sponsor], seconds: float = 60) -> None:
    """Return when every service says of every sponsor what it must."""
    for sponsor in sponsors:
        said: list[object] = []

        def agreed(sponsor: Sponsor = sponsor, said: list[object] = said) -> bool:
            try:
                said[:] = sponsor.figures()
            except NotInTime:  # a service is still on its way up
                return False
            return tuple(said) == sponsor.expected()

        try:
            eventually(agreed, "the figures", seconds)
        except AssertionError as error:
            raise AssertionError(f"{said} instead of {sponsor.expected()}") from error
