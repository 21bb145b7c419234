"""The demonstration from beginning to end: who does what, in which order."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from star.acts.academy import Academy, find_academy, gather, heard_of, sign_up_academy
from star.acts.families import Guardian, accept_as_guardians, accept_as_student
from star.acts.family_views import guardian_sees, student_sees
from star.acts.payment import buy_seats
from star.acts.reading import download_papers, read_metrics, sponsor_sees, watch_withdrawal
from star.acts.roster import roster_zip, rows_in, send_roster
from star.acts.sponsor import Sponsor, enrol_schools, find_sponsor, open_sponsor
from star.choose import choose_schools
from star.client import Client
from star.data import School, read_rows, read_schools
from star.errors import NotInTime, Refused, Stopped
from star.figures import Pair, compare
from star.mailbox import Mailbox
from star.run import Run
from star.story import Story
from star.tell import tell_comparison, tell_guardian, tell_papers, tell_sponsor, tell_student, tell_withdrawal
from star.waiting import follow

RUN_FILE = "run.json"
"""Where a run is kept, beside its papers."""


@dataclass(frozen=True)
class Options:
    """Where papers go, where mail lies, and where the figures are written for other programs."""

    out: Path
    mail: Path
    figures: Path | None


class Demo:
    """One run, told as it goes."""

    def __init__(self, run: Run, options: Options) -> None:
        self.run, self.options = run, options
        self.story, self.client = Story(), Client(run.base_url)
        self.mailbox = Mailbox(options.mail)
        every = read_schools(read_rows())
        self.platform = every if run.imported is None else choose_schools(every, run.imported)
        self.schools = choose_schools(every, run.schools)

    def play(self) -> bool:
        """Play it all; returns whether every figure is the CSV's. Raises Stopped."""
        self._check()
        self.run.write(self.options.out / RUN_FILE)
        academy = self._open_academy()
        sponsor = self._fund(academy)
        guardians = self._consent(academy, sponsor)
        pairs = self._wait_for_figures(sponsor, academy)
        self._show(academy, sponsor, guardians)
        self._conclude(sponsor, pairs)
        replace(self.run, finished=True).write(self.options.out / RUN_FILE)
        return all(pair.equal for pair in pairs)

    def look(self) -> bool:
        """Read the figures of a run that was played before, and change nothing.

        Returns whether every figure is the CSV's. Raises Refused when the run is not known there, and Stopped.
        """
        self._check()
        academy = find_academy(self.client, self.run)
        sponsor = find_sponsor(self.client, self.run, self.schools)
        self.story.step(f"Run {self.run.id} was played before: this reads its figures again and changes nothing")
        pairs = self._pairs(sponsor, academy)
        self._conclude(sponsor, pairs)
        self.story.say("Nothing was imported, paid or enrolled a second time. `python -m star demo --new` plays anew.")
        return all(pair.equal for pair in pairs)

    @property
    def _first(self) -> School:
        return self.schools[0]

    def _check(self) -> None:
        """Before anything is made: is everybody there?"""
        try:
            Client(self.run.base_url, patience=10).send("GET", "/readyz")
        except NotInTime:
            raise Stopped(f"Nothing is ready at {self.run.base_url}. Start the system first: make up") from None

    def _open_academy(self) -> Academy:
        students = sum(len(school.pupils) for school in self.platform)
        self.story.step(
            f"Run {self.run.id}: an academy imports {students:,} students of {len(self.platform)} schools "
            "from a OneRoster zip (their names are made up)"
        )
        account = sign_up_academy(self.client, self.run)
        content = roster_zip(self.run.id, None if self.run.imported is None else self.platform, self.schools)
        found = send_roster(account, content, self.story.step)
        results = rows_in(found, "results.csv")
        without = results - sum(len(pupil.scores) for school in self.platform for pupil in school.pupils)
        self.story.step(f"The import is done: {results:,} results, {without:,} of them without a score; no row refused")
        academy = gather(account, self.platform)
        self.story.step(f"The academy put all {len(academy.students):,} students in one cohort over the eight courses")
        return academy

    def _fund(self, academy: Academy) -> Sponsor:
        sponsor = open_sponsor(self.client, self.run, self.schools, academy)
        seats = sum(len(school.pupils) for school in self.schools)
        named = ", ".join(f"{school.name} with {len(school.pupils)} students" for school in self.schools)
        self.story.step(f"A sponsor funds whole schools: {named}")
        paid = buy_seats(sponsor.account, seats)
        self.story.step(f"It paid {paid['currency']} {paid['amount']:,} on the payment page for {seats} seats")
        enrol_schools(sponsor, self.schools, academy)
        self.story.step(f"The sponsor enrolled {seats} students, a cohort for each school and one for all")
        return sponsor

    def _consent(self, academy: Academy, sponsor: Sponsor) -> list[Guardian]:
        if not self.mailbox.is_readable():
            self.story.step(f"Nobody can accept an invitation: the mailbox {self.mailbox.folder} cannot be read here")
            return []
        self.story.step("Some guardians look for the invitation in their mail")
        guardians = accept_as_guardians(self.client, self.run, self.mailbox, self.schools, academy)
        for guardian in guardians:
            guardian.decide(sponsor.organization_id, granted=True)
        self.story.step(f"{len(guardians)} guardians accepted the invitation in their mail and consented")
        return guardians

    def _wait_for_figures(self, sponsor: Sponsor, academy: Academy) -> list[Pair]:
        pairs: list[Pair] = []

        def look() -> tuple[int, int, bool | None]:
            nonlocal pairs
            heard, whole = heard_of(academy, self.platform)
            if heard < whole:
                return heard, whole, None
            try:
                pairs = self._pairs(sponsor, academy)
            except Refused as refused:
                if refused.status == 404:  # analytics has not heard of the sponsor's cohorts yet
                    return heard, whole, None
                raise
            return sum(pair.equal for pair in pairs) + whole, whole, all(pair.equal for pair in pairs) or None

        self.story.step("The dashboards hear of what came")
        try:
            follow("the figures", self.client, look, lambda part: self.story.step(f"{part} % is in the dashboards"))
            self.story.step("The dashboards have heard of every result")
        except NotInTime:
            self.story.step("The dashboards still show other figures than the CSV")
        return pairs or self._pairs(sponsor, academy)

    def _pairs(self, sponsor: Sponsor, academy: Academy) -> list[Pair]:
        groups = [*sponsor.groups(self.schools), academy.platform(self.platform)]
        return [pair for group in groups for pair in compare(group, academy.courses)]

    def _show(self, academy: Academy, sponsor: Sponsor, guardians: list[Guardian]) -> None:
        sponsored = [academy.students[pupil.id] for school in self.schools for pupil in school.pupils]
        seen = sponsor_sees(sponsor, self.schools, sponsored)
        self.story.step(f"The sponsor looked, and wrote to {self._first.name}")
        papers = download_papers(sponsor, self._first, self.options.out)
        self.story.step(f"The sponsor downloaded {len(papers)} papers")
        tell_sponsor(self.story, seen)
        if guardians:
            tell_withdrawal(self.story, watch_withdrawal(sponsor, guardians[0]))
            tell_guardian(self.story, guardian_sees(guardians[0]))
            student, student_id = accept_as_student(self.client, self.run, self.mailbox, self._first, academy)
            tell_student(self.story, student_sees(student, student_id, sponsor.organization_id))
        tell_papers(self.story, papers)

    def _conclude(self, sponsor: Sponsor, pairs: Sequence[Pair]) -> None:
        tell_comparison(self.story, pairs, read_metrics(sponsor)["roi_analysis"])
        self.story.section("The product's figures beside the same figures from the CSV")
        self.story.figures(pairs)
        if self.options.figures:
            equal = all(pair.equal for pair in pairs)
            figures = [{**asdict(pair), "equal": pair.equal} for pair in pairs]
            text = json.dumps({"run": self.run.id, "equal": equal, "figures": figures}, indent=2)
            self.options.figures.write_text(text + "\n")
