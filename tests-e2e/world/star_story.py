"""What the demonstration may print, in its order, with every figure of the data counted here once more."""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from world import star_truth
from world.printed import Check, Expected
from world.star_truth import TESTS, Student

WHEN = r"\s*[\d.]+ s  "
HEADS = ("students", "reading K", "reading 3", "reading improvement", "mathematics K", "mathematics 3",
         "mathematics improvement", "completion")  # fmt: skip
SEAT_PRICE = 20_000


def comparison(expected: Expected, sponsored: Sequence[Student], platform: Sequence[Student]) -> None:
    """The two side by side."""
    ours, theirs = star_truth.figures(sponsored), star_truth.figures(platform)

    def line(head: str, *names: str) -> None:
        expected.exactly(" ".join([head, *(shown(values[name]) for name in names for values in (ours, theirs))]))

    expected.exactly("The sponsored schools beside the platform -----------------------------------------")
    expected.exactly("with a score mean score completed, %" + " Sponsored Platform" * 3)
    for subject, grade in TESTS:
        name = f"{subject} {grade}"
        line(name, f"{name} scored", name, f"{name} completion")
    line("reading, K to 3: gain", "reading improvement")
    line("mathematics, K to 3: gain", "mathematics improvement")
    line("all eight", "completion")
    expected.say(r"Platform is everybody [^\d]* an effect of the money\.")
    # What other stories' sponsors paid on the same system is no figure of the data.
    expected.say(r"What others pay [^.\d]*\.|Paid for each active student on the platform: KES [\d,]+\.")


def figures(expected: Expected, groups: Mapping[str, Sequence[Student]]) -> None:
    """The table of product and CSV."""
    expected.exactly("The product's figures beside the same figures from the CSV " + "-" * 58)
    expected.exactly("students reading K reading 3 gain maths K maths 3 gain completed")
    for name, group in groups.items():
        known = star_truth.figures(group)
        line = " ".join(shown(known[head]) for head in HEADS)
        expected.exactly(f"{name} product {line} CSV {line}" + " ✓" * len(HEADS))
    number = len(groups) * len(star_truth.figures(star_truth.students()))
    expected.exactly(f"{number} of {number} figures are the CSV's, those above by subject and grade among them.")


def arrival(expected: Expected, schools: Mapping[str, Sequence[Student]], platform: Sequence[Student]) -> None:
    """Import, payment, enrolment, consent."""
    sponsored = sum(len(group) for group in schools.values())
    tests, scores = sum(one.tests for one in platform), sum(len(one.scores) for one in platform)
    names = ", ".join(f"{name} with {len(group)} students" for name, group in schools.items())
    of_schools = len({one.school for one in platform})
    steps = [
        rf"Run \w+: an academy imports {len(platform):,} students of {of_schools} schools from a OneRoster zip "
        r"\(their names are made up\)",
        rf"(?:\d+ % of the rows are in {WHEN})+The import is done: {tests:,} results, {tests - scores:,} of them "
        "without a score; no row refused",
        rf"The academy put all {len(platform):,} students in one cohort over the eight courses",
        rf"A sponsor funds whole schools: {re.escape(names)}",
        rf"It paid KES {sponsored * SEAT_PRICE:,} on the payment page for {sponsored} seats",
        rf"The sponsor enrolled {sponsored} students, a cohort for each school and one for all",
        "Some guardians look for the invitation in their mail",
        rf"{4 * len(schools)} guardians accepted the invitation in their mail and consented",
        "The dashboards hear of what came",
        rf"(?:\d+ % is in the dashboards {WHEN})+The dashboards have heard of every result",
        rf"The sponsor looked, and wrote to {re.escape(next(iter(schools)))}",
        "The sponsor downloaded 3 papers",
    ]
    for step in steps:
        expected.say(WHEN.lstrip(r"\s*") + step)


def sponsor(expected: Expected, schools: Mapping[str, Sequence[Student]]) -> None:
    """What the sponsor sees: four guardians of each school have consented by then."""
    everyone = [one for group in schools.values() for one in group]
    completion = star_truth.figures(everyone)["completion"]
    expected.say(
        rf"What the sponsor sees -+ - Seat utilization: 100\.0 % \([^)]*\) - Completion: {completion} % \([^)]*\) "
        rf"- Placement: 0\.0 % \([^)]*\) - Return on investment: {SEAT_PRICE:,} KES \([^)]*\)"
    )
    for name, group in schools.items():
        line = r"[\w' ]+, (\d) of 8, mean score ([\d.]+)|[\w' ]+, 0 of 8, no score"
        expected.say(
            rf"{re.escape(name)}: 4 of {len(group)} students by name\. (?:(?:{line});?\s*){{4}}\.", _are_of(group)
        )
    expected.say(
        rf"Asked whom it may see: {4 * len(schools)} of {len(everyone)} students, those with a consent in force\."
    )
    first = len(next(iter(schools.values())))
    expected.say(
        r"Its letter to (\d+) students: (\d+) sent\. Out of reach: (\d+) \(no_address\)\.",
        lambda found: int(found[1]) == int(found[2]) == first - int(found[3]),
    )


def family(expected: Expected, group: Sequence[Student]) -> None:
    """What a guardian and a student of the first school see."""
    counts = {len(one.scores) for one in group}
    expected.say(
        r"The progress of [\w' ]+ showed (\d) courses completed; then the guardian took the consent back\. "
        r"The very next request for it was refused\.",
        lambda found: int(found[1]) in counts,
    )
    expected.say(
        r"What a guardian sees: [\w' ]+ -+ - [\w' ]+, sponsor_view for Bright Futures Foundation \w+: withdrawn "
        r"Who looked, (\d+) times; the latest: (?:- \S+Z: Bright Futures Foundation \w+, sponsor_view, [^(]+ "
        r"\(consent\)\s*){1,5}"
    )
    expected.say(
        r"What a student sees: [\w' ]+ -+ (\d) of (\d) courses completed\. "
        r"(?:- (?:Reading|Mathematics), (?:kindergarten|grade \d): (?:\d+|no score)\s*){1,8}",
        _is_one_of(group),
    )
    expected.say(r"Letting the sponsor look is not for a child alone to decide: [^.\d]+\.")
    expected.say(
        r"Papers -+ - the sponsor's report: \S+\.pdf - the report of [^:]+: \S+\.pdf "
        r"- the invoice INV-\d+-\d+: \S+\.pdf"
    )


def _are_of(group: Sequence[Student]) -> Check:
    """Each of the lines is how some student of the group stands."""
    known = {(len(one.scores), _mean(one)) for one in group}

    def check(found: re.Match[str]) -> bool:
        lines = re.findall(r"(\d)\s+of\s+8,\s+(?:mean\s+score\s+(\d+(?:\.\d+)?)|no\s+score)", found[0])
        return len(lines) == 4 and all((int(done), Decimal(mean) if mean else None) in known for done, mean in lines)

    return check


def _mean(one: Student) -> Decimal | None:
    """With two decimals, halves upwards, as the list shows it."""
    scores = one.scores.values()
    return (Decimal(sum(scores)) / len(scores)).quantize(Decimal("0.01"), ROUND_HALF_UP) if scores else None


def _is_one_of(group: Sequence[Student]) -> Check:
    """All of it is how one student of the group stands."""

    def check(found: re.Match[str]) -> bool:
        lines = re.findall(r"(Reading|Mathematics),\s+(kindergarten|grade\s+\d):\s+(\d+)", found[0])
        told = {(subject.lower(), "K" if year[0] == "k" else year[-1]): int(score) for subject, year, score in lines}
        return any(one.scores == told and int(found[1]) == len(told) for one in group)

    return check


def shown(value: int | Decimal) -> str:
    """As it is printed."""
    return f"{value:,}"


def whole_story(schools: Mapping[str, Sequence[Student]], platform: Sequence[Student]) -> Expected:
    """Everything that is printed, from beginning to end."""
    expected = Expected()
    arrival(expected, schools, platform)
    sponsor(expected, schools)
    family(expected, next(iter(schools.values())))
    conclusion(expected, schools, platform)
    return expected


def second_look(schools: Mapping[str, Sequence[Student]], platform: Sequence[Student]) -> Expected:
    """Everything that is printed when it was played before."""
    expected = Expected()
    expected.say(WHEN.lstrip(r"\s*") + r"Run \w+ was played before: this reads its figures again and changes nothing")
    conclusion(expected, schools, platform)
    expected.exactly("Nothing was imported, paid or enrolled a second time. `python -m star demo --new` plays anew.")
    return expected


def conclusion(expected: Expected, schools: Mapping[str, Sequence[Student]], platform: Sequence[Student]) -> None:
    """The two tables."""
    everyone = [one for group in schools.values() for one in group]
    comparison(expected, everyone, platform)
    figures(expected, {**schools, "Sponsored": everyone, "Platform": platform})
