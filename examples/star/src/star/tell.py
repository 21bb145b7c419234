"""The sections that say what each person sees."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from star.acts.family_views import GuardianSees, StudentSees
from star.acts.reading import SponsorSees, Withdrawal
from star.figures import Pair
from star.story import Story


def tell_sponsor(story: Story, sees: SponsorSees) -> None:
    """Figures, lists, whom it may see, and a letter."""
    story.section("What the sponsor sees")
    story.points(_metric(metric) for metric in sees.metrics.values())
    for listed in sees.lists:
        names = "; ".join(_line(line) for line in listed.lines)
        story.say(f"{listed.school}: {listed.named} of {listed.total} students by name. {names}.")
    story.say(f"Asked whom it may see: {sees.visible} of {sees.asked} students, those with a consent in force.")
    states = ", ".join(f"{number} {state}" for state, number in sees.message["states"].items() if number)
    reached, excluded = sees.message["sent"]["recipients"], sees.message["sent"]["excluded"]
    story.say(f"Its letter to {reached} students: {states}. Out of reach: {_reasons(excluded)}.")


def tell_withdrawal(story: Story, seen: Withdrawal) -> None:
    """One consent that is taken back."""
    before = "could not be read" if seen.before is None else f"showed {seen.before['completed']} courses completed"
    story.say(f"The progress of {seen.child} {before}; then the guardian took the consent back.")
    story.say("The very next request for it was refused.")


def tell_guardian(story: Story, sees: GuardianSees) -> None:
    """Consents, and who read what."""
    story.section(f"What a guardian sees: {sees.name}")
    story.points(_consent(consent) for consent in sees.consents)
    story.say(f"Who looked, {len(sees.accesses)} times; the latest:")
    story.points(_access(access) for access in sees.accesses[:5])


def tell_student(story: Story, sees: StudentSees) -> None:
    """The own progress, and who decides."""
    story.section(f"What a student sees: {sees.name}")
    story.say(f"{sees.progress['completed']} of {sees.progress['total']} courses completed.")
    story.points(_course(course) for course in sees.progress["courses"])
    if sees.refusal:
        story.say(f"Letting the sponsor look is not for a child alone to decide: {sees.refusal}")


def tell_comparison(story: Story, pairs: Sequence[Pair], roi: Any) -> None:
    """Sponsored and platform side by side, and what that does not say."""
    story.section("The sponsored schools beside the platform")
    sponsored, platform = ([pair for pair in pairs if pair.group == name] for name in ("Sponsored", "Platform"))
    story.comparison(sponsored, platform)
    story.say(
        "Platform is everybody whom the academy teaches, the sponsored among them. A mean is of those who have a "
        "score; completed is of all students of a group, so those who came late or left pull it down. The sponsor "
        "chose whole schools by size and setting and paid after the tests were written: what differs here are "
        "schools, and nothing of it is an effect of the money."
    )
    baseline = roi["numbers"]["baseline"]
    if baseline["withheld"]:
        story.say(
            "What others pay for each student is not told: too few organizations have paid to hide one among them."
        )
    else:
        story.say(f"Paid for each active student on the platform: {roi['unit']} {baseline['per_active_student']:,}.")


def tell_papers(story: Story, papers: dict[str, Path]) -> None:
    """Where the PDFs lie."""
    story.section("Papers")
    story.points(f"{what}: {path}" for what, path in papers.items())


def _reasons(excluded: list[Any]) -> str:
    found = Counter(entry["reason"] for entry in excluded)
    return ", ".join(f"{number} ({reason})" for reason, number in found.items()) or "0"


def _metric(metric: Any) -> str:
    unit = " %" if metric["unit"] == "percent" else f" {metric['unit']}"
    value = "unknown" if metric["value"] is None else f"{metric['value']:,}{unit}"
    return f"{metric['title']}: {value} ({metric['formula']})"


def _line(line: Any) -> str:
    score = "no score" if line["score"] is None else f"mean score {line['score']}"
    return f"{line['student']['name']}, {line['progress']['completed']} of {line['progress']['courses']}, {score}"


def _consent(consent: Any) -> str:
    return f"{consent['student_name']}, {consent['scope']} for {consent['organization_name']}: {consent['state']}"


def _access(access: Any) -> str:
    who = access["organization_name"] or "you"
    return f"{access['at']}: {who}, {access['scope']}, {access['purpose'] or 'no purpose given'} ({access['basis']})"


def _course(course: Any) -> str:
    return f"{course['title']}: " + ("no score" if course["score"] is None else str(course["score"]))
