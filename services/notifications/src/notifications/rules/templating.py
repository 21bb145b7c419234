"""Templates that organizations write: Jinja2 without anything that could loop, call, reach inside or grow.

Only text, variables, ``if`` and a few filters; so a template can neither run long nor fill the memory, whatever
it says, and the sandbox below is the second wall, not the first.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

GIVEN = frozenset({"recipient_name", "organization_name"})
"""Variables every template may use without declaring them."""

_FILTERS = {"capitalize", "default", "e", "escape", "lower", "title", "trim", "upper"}
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.Filter, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip


class BadTemplate(ValueError):
    """The message says what is wrong, for the person who wrote it."""


def check(source: str, variables: Sequence[str]) -> None:
    """Raise BadTemplate unless the source is simple and uses nothing but what is declared or given."""
    try:
        tree = _environment(html=True).parse(source)
    except TemplateError as error:
        raise BadTemplate(f"Line {getattr(error, 'lineno', 1)}: {error.message}") from None
    except RecursionError:
        raise BadTemplate("Nested too deeply.") from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise BadTemplate(f"'{type(node).__name__.lower()}' is not allowed; use variables, if and simple filters.")
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise BadTemplate(f"The filter '{node.name}' is not allowed; use one of: {', '.join(sorted(_FILTERS))}.")
    undeclared = meta.find_undeclared_variables(tree) - set(variables) - GIVEN
    if undeclared:
        raise BadTemplate(f"Not declared in variables: {', '.join(sorted(undeclared))}.")


def render(source: str, values: Mapping[str, str], *, html: bool) -> str:
    """The text with the values in it, escaped when it is HTML. Raises BadTemplate when a value is missing."""
    try:
        return _compiled(source, html).render(values)
    except TemplateError as error:
        raise BadTemplate(str(error.message)) from None
    except (RecursionError, SyntaxError):
        raise BadTemplate("Nested too deeply.") from None


@lru_cache(maxsize=100)
def _compiled(source: str, html: bool) -> Template:
    return _environment(html=html).from_string(source)


@cache
def _environment(*, html: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=html, undefined=StrictUndefined)
