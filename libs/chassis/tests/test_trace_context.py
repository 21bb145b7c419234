"""The grammar of https://www.w3.org/TR/trace-context/, and what becomes of what does not fit it."""

import pytest

from chassis.trace_context import current, entered, fresh, headers, parse

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
VALID = f"00-{TRACE}-{SPAN}-01"


def test_a_valid_context_is_passed_on_as_it_came() -> None:
    state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,tenant@vendor=a b"
    place = parse(VALID, state)
    assert place is not None
    with entered(place):
        assert headers() == {"traceparent": VALID, "tracestate": state}
    assert (current(), headers()) == (None, {})


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "garbage",
        VALID.upper(),
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-1",
        f"{VALID}-more",
        f"{VALID}.",
        f"00-{TRACE}-{SPAN}-01, {VALID}",
        f"cc-{TRACE}-{SPAN}-01.more",
    ],
)
def test_what_is_no_traceparent_is_as_good_as_absent(given: str | None) -> None:
    assert parse(given, "congo=1") is None


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        (f"  {VALID} ", VALID),
        (f"00-{TRACE}-{SPAN}-00", f"00-{TRACE}-{SPAN}-00"),
        (f"00-{TRACE}-{SPAN}-ff", f"00-{TRACE}-{SPAN}-03"),
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-brings", VALID),
        (f"cc-{TRACE}-{SPAN}-01", VALID),
    ],
)
def test_later_versions_are_read_as_far_as_we_know_them(given: str, understood: str) -> None:
    place = parse(given)
    assert place is not None
    assert place.traceparent == understood


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a=1 , ,\tb=2", "a=1,b=2"),
        ("A=1", ""),
        ("a=1,a=2", ""),
        ("a=", ""),
        ("a=1=2", ""),
        ("a=ä", ""),
        ("a", ""),
        (",".join(f"k{n}=1" for n in range(33)), ""),
        (",".join(f"k{n}={'x' * 200}" for n in range(3)), ",".join(f"k{n}={'x' * 200}" for n in range(2))),
    ],
)
def test_a_tracestate_is_kept_whole_and_bounded_or_not_at_all(given: str, kept: str) -> None:
    place = parse(VALID, given)
    assert place is not None
    assert place.state == kept


def test_a_new_trace_fits_the_grammar() -> None:
    place = fresh()
    assert parse(place.traceparent) == place
