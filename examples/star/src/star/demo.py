"""The demonstration from beginning to end: who does what, in which order."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from star.acts.academy import Academy, open_academy, post_results
from star.acts.families import Guardian, accept_as_guardians, accept_as_student
from star.acts.family_views import guardian_sees, student_sees
from star.acts.payment import buy_seats
from star.acts.reading import download_papers, sponsor_sees, watch_withdrawal
from star.acts.sponsor import Sponsor, enrol_school, open_sponsor
from star.choose import choose_schools
from star.client import Client
from star.data import School, read_rows, read_schools
from star.errors import NotInTime, Stopped
from star.figures import Pair, compare
from star.mailbox import Mailbox
from star.run import Run
from star.story import Story
from star.tell import tell_guardian, tell_papers, tell_sponsor, tell_student, tell_withdrawal
from star.waiting import until

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
        self.schools = choose_schools(read_schools(read_rows()), run.schools)

    def play(self) -> bool:
        """Play it all; returns whether every figure is the CSV's. Raises Stopped."""
        self._check()
        self.run.write(self.options.out / RUN_FILE)
        academy = self._open_academy()
        sponsor = self._fund(academy)
        self._post_results(academy)
        guardians = self._consent(academy, sponsor)
        pairs = self._wait_for_figures(sponsor, academy)
        self._show(academy, sponsor, guardians)
        self._conclude(pairs)
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
        self.story.step(
            f"Run {self.run.id}: " + ", ".join(f"{s.name} with {len(s.pupils)} students" for s in self.schools)
        )
        academy = open_academy(self.client, self.run, self.schools)
        self.story.step(
            f"An academy created {len(academy.courses)} courses and registered "
            f"{len(academy.students)} students (their names are made up)"
        )
        return academy

    def _fund(self, academy: Academy) -> Sponsor:
        sponsor = open_sponsor(self.client, self.run, self.schools, academy)
        seats = len(academy.students)
        paid = buy_seats(sponsor.account, seats)
        self.story.step(f"A sponsor paid {paid['currency']} {paid['amount']:,} on the payment page for {seats} seats")
        for school in self.schools:
            enrol_school(sponsor, school, academy)
        self.story.step(f"The sponsor enrolled {seats} students, a cohort for each school")
        return sponsor

    def _post_results(self, academy: Academy) -> None:
        for school in self.schools:
            sent = post_results(academy, school.pupils)
            scores = sum(len(pupil.scores) for pupil in school.pupils)
            self.story.step(f"{sent:,} results of {school.name} arrived, {sent - scores:,} of them without a score")

    def _consent(self, academy: Academy, sponsor: Sponsor) -> list[Guardian]:
        if not self.mailbox.is_readable():
            self.story.step(f"Nobody can accept an invitation: the mailbox {self.mailbox.folder} cannot be read here")
            return []
        guardians = accept_as_guardians(self.client, self.run, self.mailbox, self.schools, academy)
        for guardian in guardians:
            guardian.decide(sponsor.organization_id, granted=True)
        self.story.step(f"{len(guardians)} guardians accepted the invitation in their mail and consented")
        return guardians

    def _wait_for_figures(self, sponsor: Sponsor, academy: Academy) -> list[Pair]:
        def arrived() -> bool:
            return all(pair.equal for pair in compare(sponsor, academy, self.schools))

        try:
            until("the figures", self.client, arrived, seconds=120)
            self.story.step("The dashboard has heard of every result")
        except NotInTime:
            self.story.step("The dashboard still shows other figures than the CSV")
        return compare(sponsor, academy, self.schools)

    def _show(self, academy: Academy, sponsor: Sponsor, guardians: list[Guardian]) -> None:
        seen = sponsor_sees(sponsor, self.schools, list(academy.students.values()))
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

    def _conclude(self, pairs: list[Pair]) -> None:
        self.story.section("The product's figures beside the same figures from the CSV")
        self.story.figures(pairs)
        if self.options.figures:
            equal = all(pair.equal for pair in pairs)
            figures = [{**asdict(pair), "equal": pair.equal} for pair in pairs]
            text = json.dumps({"run": self.run.id, "equal": equal, "figures": figures}, indent=2)
            self.options.figures.write_text(text + "\n")
