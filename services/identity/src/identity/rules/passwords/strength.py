"""What guessers try first is refused; nothing else is asked of a password (NIST SP 800-63B, no composition rules).

A list of long common passwords would miss ``Sponsor-2026!!``. So a password is also reduced to its core: case,
look-alike letters, and the digits and signs people add are taken away, and what is left must not be a common word
or a few of them. The words of our own field are in ``common.txt``; what the whole world uses, zxcvbn knows (Wheeler,
"zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016).
"""

import re
from functools import cache
from importlib.resources import files

SHORTEST = 12
LONGEST = 1024

_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_RUNS = (
    "01234567890" * 3,
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
)
_LONGEST_PERIOD = 5
_LEAST_OWN = 5
_TOO_LONG_TO_GUESS = 20
"""So many characters, few of them letters, are no date and no telephone number."""
_LONGEST_LISTED = 36
"""Characters. Nothing longer is on a list, and looking for lists' words in it would take long."""
_WITHSTANDS = 3
"""zxcvbn's score of what takes more than 10^8 guesses."""
_COMMON = "This is a password that guessers try first; choose another."


def weakness(password: str, *, email: str, name: str) -> str | None:
    """Why the password is refused, or None. Length is the schema's to check."""
    plain = password.casefold()
    if _is_own(plain, email, name):
        return "A password must not be made of your e-mail address or name."
    if len(set(plain)) < _LEAST_OWN:
        return "This password repeats too few characters; choose another."
    if _repeats(plain) or _runs(plain) or plain in _words() or _is_made_of_common_words(plain):
        return _COMMON
    return _COMMON if _is_soon_guessed(plain, [email, name]) else None


def _is_soon_guessed(plain: str, own: list[str]) -> bool:
    """Whether it is among the 30,000 passwords of zxcvbn's list, or put together from its lists as people do."""
    if len(plain) > _LONGEST_LISTED:
        return False
    # 100,000 words: only a process that keeps passwords holds them.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    score: int = zxcvbn(plain, user_inputs=own)["score"]
    return score < _WITHSTANDS


def _is_own(plain: str, email: str, name: str) -> bool:
    """Whether little is left once the person's own words are taken away."""
    left = plain
    own = [email.casefold(), *re.split(r"[^\w]+", email.casefold()), name.casefold(), *name.casefold().split()]
    for word in sorted(own, key=len, reverse=True):
        if len(word) >= 3:
            left = left.replace(word, "")
    return left != plain and len(_letters(left)) < _LEAST_OWN


def _repeats(plain: str) -> bool:
    """``abcabcabcabc``: a short piece again and again."""
    return any(plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, _LONGEST_PERIOD + 1))


def _runs(plain: str) -> bool:
    """A walk along the alphabet, the digits or the keyboard, forwards or backwards."""
    return any(plain in run or plain in run[::-1] for run in _RUNS)


def _is_made_of_common_words(plain: str) -> bool:
    if len(plain) >= _TOO_LONG_TO_GUESS and len(_letters(plain)) < _LEAST_OWN:
        return False
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return any(_reduces(_letters(spelt)) for spelt in (bare, bare.translate(_LOOKALIKES)))


def _reduces(core: str) -> bool:
    """Whether the letters are one or two common words, perhaps repeated, or a walk on the keyboard."""
    if len(core) < _LEAST_OWN or _runs(core):
        return True
    words = _words()
    return any(
        core[:cut] in words and (not core[cut:] or core[cut:] in words or _repeated(core, core[:cut]))
        for cut in range(3, len(core) + 1)
    )


def _repeated(core: str, word: str) -> bool:
    return core == (word * len(core))[: len(core)]


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())


@cache
def _words() -> frozenset[str]:
    text = files("identity.rules.passwords").joinpath("common.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
