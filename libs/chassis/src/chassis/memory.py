"""Python's collector, told what it need not look through."""

import gc
import sys


def keep_what_is_loaded() -> None:
    """Whatever is loaded by now lives as long as the process: the collector leaves it alone from here on.

    It is two hundred thousand objects, and reading rows makes it look through all of them again and again: a third of
    the time that an import takes, measured.
    """
    if orm := sys.modules.get("sqlalchemy.orm"):  # not imported here: the gateway has no database
        orm.configure_mappers()  # else they come with the first query, and too late
    gc.collect()
    gc.freeze()
