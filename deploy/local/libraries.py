"""Are the libraries that WeasyPrint loads on this machine? Exit status 1 when not; `--wanted` asks for all.

Run by `bootstrap` before any package is installed, so it uses the standard library only.
"""

import ctypes
import ctypes.util
import sys
from pathlib import Path

NEEDED = {
    "gobject-2.0": "libgobject-2.0.so.0",
    "pango-1.0": "libpango-1.0.so.0",
    "pangoft2-1.0": "libpangoft2-1.0.so.0",
    "harfbuzz": "libharfbuzz.so.0",
    "fontconfig": "libfontconfig.so.1",
}
# Makes embedded fonts small; WeasyPrint has a slower way without it.
WANTED = {"harfbuzz-subset": "libharfbuzz-subset.so.0"}
HOMEBREW = (Path("/opt/homebrew/lib"), Path("/usr/local/lib"))


def is_there(name: str, file: str) -> bool:
    """Can the library be loaded, by its Linux file name, by the system's search, or from Homebrew?"""
    found = ctypes.util.find_library(name) if sys.platform == "darwin" else None
    homebrew = [path for folder in HOMEBREW if sys.platform == "darwin" for path in folder.glob(f"lib{name}.*dylib")]
    return any(_loads(candidate) for candidate in (file, found, *homebrew) if candidate)


def _loads(library: str | Path) -> bool:
    try:
        ctypes.CDLL(str(library))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    asked = {**NEEDED, **WANTED} if "--wanted" in sys.argv else NEEDED
    sys.exit(not all(is_there(name, file) for name, file in asked.items()))
