"""Passwords that guessers try first are refused; any other long one is fine."""

from time import process_time

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from identity.rules.passwords import SHORTEST, hash_password, matches, weakness

AMINA = {"email": "amina.odhiambo@example.org", "name": "Amina Odhiambo"}


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password123456!",
        "P@ssw0rd!!2026",
        "qwertyuiop123",
        "QWERTYqwerty12",
        "123456789012",
        "210987654321",
        "abcdefghijkl",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaa",
        "abababababab",
        "iloveyou12345",
        "Sponsor-2026!!",
        "NairobiKenya2026",
        "letmeinletmein",
        "correct horse battery staple",
        "amina.odhiambo@example.org",
        "AminaOdhiambo1",
        "odhiambo-2026!",
        "98765432109876",
        "christopher1",
        "peanutbutter",
        "jamesbond007",
        "1qazxsw23edc",
        "Finalfantasy",
        "ghjcnjgfhjkm",
    ],
)
def test_what_is_tried_first_is_refused(password):
    assert weakness(password, **AMINA)


@pytest.mark.parametrize(
    "password",
    [
        "a long enough passphrase 7",
        "kilimanjaro at sunrise 42",
        "tr0ub4dor&3xyzzy",
        "jua linawaka leo asubuhi",
        "xK9#mQ2$vL5n",
        "приятный вечер на море",
        "ufadhili-demo-2026",
        "40718253966017a8824915b730562098",
    ],
)
def test_no_composition_is_asked_of_the_others(password):
    assert weakness(password, **AMINA) is None


def test_none_of_the_most_used_passwords_that_are_long_enough_is_let_in():
    long_enough = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST]

    assert len(long_enough) > 200
    assert [word for word in long_enough if not weakness(word, **AMINA)] == []


@pytest.mark.parametrize("password", ["é" * 1024, "peanutbutter " * 78, "aB3$" * 256, "x" * 36])
def test_the_longest_password_is_looked_at_quickly(password):
    began = process_time()

    weakness(password, **AMINA)

    assert process_time() - began < 1


def test_no_password_matches_when_none_is_kept():
    assert not matches("", None)
    assert not matches("a long enough passphrase 7", None)


def test_a_password_matches_its_own_hash_only():
    kept = hash_password("a long enough passphrase 7")

    assert matches("a long enough passphrase 7", kept)
    assert not matches("a long enough passphrase 8", kept)
    assert not matches("a long enough passphrase 7", "not a hash")
