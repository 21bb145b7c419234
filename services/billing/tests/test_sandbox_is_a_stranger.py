"""The sandbox and the rest of billing meet over HTTP: neither reads the other's tables or code."""

import ast
from pathlib import Path

import billing

ROOT = Path(billing.__file__).parent


def imports(path):
    """The modules of billing that a file imports."""
    tree = ast.parse(path.read_text())
    found = [
        (node.module, alias.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    return {f"{module}.{name}" for module, name in found if module and module.split(".")[0] == "billing"}


def test_only_the_composition_root_knows_the_sandbox():
    knows = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if "sandbox" not in path.parts and any(".sandbox" in name for name in imports(path))
    }
    assert knows == {"app.py"}


def test_the_sandbox_borrows_nothing_but_the_making_of_pages():
    borrowed = {
        name
        for path in (ROOT / "sandbox").rglob("*.py")
        for name in imports(path)
        if not name.startswith("billing.sandbox")
    }
    assert borrowed == {"billing.pages"}
