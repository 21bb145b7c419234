"""Which schools the demonstration takes."""

from collections import Counter
from statistics import median

from star.data import GRADES, School


def choose_schools(schools: list[School], count: int) -> list[School]:
    """The ``count`` schools nearest to the median size, one of each setting before a second of any.

    Only schools that tested in all four grades count: elsewhere nobody could complete the courses.
    """
    middle = median(len(school.pupils) for school in schools)
    complete = [school for school in schools if _grades(school) == set(GRADES)]
    by_size = sorted(complete, key=lambda school: (abs(len(school.pupils) - middle), int(school.id)))
    seen: Counter[str] = Counter()
    rank: dict[str, int] = {}
    for school in by_size:
        rank[school.id] = seen[school.setting]
        seen[school.setting] += 1
    return sorted(by_size, key=lambda school: rank[school.id])[:count]


def _grades(school: School) -> set[str]:
    return {course.grade for pupil in school.pupils if len(pupil.scores) == 8 for course in pupil.scores}
