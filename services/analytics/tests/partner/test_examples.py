"""The examples of the documentation are answers, field for field as the partner's document names them."""

import pytest

from analytics.schemas.partner import examples
from analytics.schemas.partner.figures import (
    DashboardStatsSchema,
    ImpactSchema,
    OutcomesSchema,
    SponsoredStudentsSchema,
)
from analytics.schemas.partner.reports import ExportedSchema, ImpactReportAnswerSchema


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (DashboardStatsSchema, examples.STATS),
        (SponsoredStudentsSchema, examples.STUDENTS),
        (ImpactSchema, examples.IMPACT),
        (OutcomesSchema, examples.OUTCOMES),
        (ImpactReportAnswerSchema, examples.IMPACT_REPORT),
        (ExportedSchema, examples.EXPORTED),
    ],
)
def test_the_examples_are_answers(schema, example):
    assert schema().validate(example) == {}
    assert set(example) == {field.data_key or name for name, field in schema().fields.items()}
