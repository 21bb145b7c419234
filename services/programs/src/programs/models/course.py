"""A course, in the catalogue of the organization that teaches it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from chassis.errors import Invalid
from programs.rules.results import BY_RESULT, Rule


class Course(Base):
    """Readable by everyone signed in; any organization's cohort may name it.

    ``completion`` says what completes it: a *result* by its own word, a *score* of at least ``min_score``, or
    *progress* of at least ``min_percent``. ``certificate``: whether completing it earns one.
    """

    __tablename__ = "courses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    title: Mapped[str]
    description: Mapped[str | None]
    subject_area: Mapped[str | None]
    grade_level: Mapped[str | None]
    created_at: Mapped[datetime]
    completion: Mapped[str] = mapped_column(default=BY_RESULT)
    min_score: Mapped[Decimal | None]
    min_percent: Mapped[Decimal | None]
    certificate: Mapped[bool] = mapped_column(default=False)

    @property
    def rule(self) -> Rule:
        """What completes it."""
        return Rule(self.completion, self.min_score, self.min_percent)

    def change(self, **changes: Any) -> None:
        """Change what may be changed. Raises Invalid for a rule without its limit, or with another's."""
        for name, value in changes.items():
            setattr(self, name, value)
        if not self.rule.sound:
            raise Invalid.field("completion", "Give min_score with 'score' and min_percent with 'progress', no other.")
