"""Name and value pairs as they came, each read once; what is wrong with them is collected.

Under `search`, which knows what the names mean.
"""

import difflib
from collections.abc import Callable, Iterable
from typing import TypeVar

from searchapp.errors import Problem
from searchapp.web.params import values

T = TypeVar("T")

LONGEST_NAME = 60


class RawParams:
    """The parameters as they came, and the problems given while reading them."""

    def __init__(self, pairs: Iterable[tuple[str, str]], known: tuple[str, ...]) -> None:
        self.problems: list[Problem] = []
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).extend([value] if value else [])
        for name in self._values.keys() - set(known):
            self._refuse(name, _unknown_message(name, known))
        self.problems.sort(key=lambda problem: problem.parameter)

    def many(self, name: str) -> tuple[str, ...]:
        """Return the distinct values of a repeatable parameter, sorted."""
        distinct = sorted(set(self._values.get(name, ())))
        return tuple(v for v in distinct if self._try(name, values.text, v) is not None)

    def one(self, name: str, read: Callable[[str], T], default: T) -> T:
        """Return the value of a parameter that may be given once."""
        given = self._values.get(name, [])
        if len(given) > 1:
            self._refuse(name, f"is given {len(given)} times; give it once")
            return default
        value = self._try(name, read, given[0]) if given else None
        return default if value is None else value

    def _try(self, name: str, read: Callable[[str], T], value: str) -> T | None:
        try:
            return read(value)
        except values.ValueErrorAt as error:
            self._refuse(name, str(error), error.position)
        except values.ValueErrors as error:
            for mistake in error.mistakes:
                self._refuse(name, str(mistake), mistake.position)
        except ValueError as error:
            self._refuse(name, str(error))
        return None

    def _refuse(self, name: str, message: str, position: int | None = None) -> None:
        self.problems.append(Problem(_escape(name), message, position))


def _unknown_message(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name[:100], known, n=1)
    listed = ", ".join(name for name in known if "." not in name)
    return "is unknown; " + (f"did you mean {near[0]}?" if near else f"known are {listed}")


def _escape(name: str) -> str:
    shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")
