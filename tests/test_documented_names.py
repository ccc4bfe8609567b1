"""Back-quoted names in docstrings, and in the pages, are names of the code.

A word between single back-quotes is held against the code when it has the form of

    a path      it ends in a suffix of ours, or begins with one of our folders: it is a file
                or folder of the repository, or one whose name searchapp writes
    dotted      `module.name`, `Class.member`: the last is defined in what the first leads to,
                in searchapp, a builtin or an importable module
    a name      lower case, from four letters on, or with an underscore or two humps: a module,
                defined in a module or class, used or written in the module that says it,
                a keyword, a builtin or an importable module

Everything else (commands, queries, addresses, markup, examples) is not a name. Pages for users
speak of values more than of code: there a single name counts when it has an underscore or
two humps, a dotted one when its first name is one of our modules or classes.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import keyword
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "searchapp"
MODULES = sorted(SOURCE.rglob("*.py"))
TREES = ("bench", "docs", "examples", "requirements", "searchapp", "templates", "tests")
FOLDERS = {*TREES, *(folder.name for folder in SOURCE.iterdir() if folder.is_dir())}
ABOUT_CODE = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs/architecture.md",
    *sorted((ROOT / "docs/decisions").glob("*.md")),
]
FOR_USERS = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page not in ABOUT_CODE),
]
PAGES = [*ABOUT_CODE, *FOR_USERS]
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
SUFFIX = re.compile(r"[\w.-]+\.(py|md|toml|csv|sqlite|html|js|css|txt)")
PATH = re.compile(r"[\w.-]+(/[\w.-]*)+")
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
LOWER = re.compile(r"[a-z_][a-z0-9_]{3,}")
PLACEHOLDER = re.compile(r"(?<![\w.])[A-Z]{2,}(?=[./])|(?<=[/])[A-Z]{2,}\b|models\.LANGUAGE")
TELLING = re.compile(r"\w*[a-z]_[a-z]\w*|[A-Z]\w*[a-z][A-Z]\w*")

# What has the form of a name and is none of the code's, by reason.
EXCEPTIONS = {
    "words and addresses of texts, as examples": (
        *("dangelo", "example", "highland", "kestria", "kestrian", "lesions", "that", "DoD"),
        *("crawl.warc.GZ", "news.example.co.uk", "news/2020/page.html"),
    ),
    "libraries that were not chosen": ("countrynames", "pebble", "rigour", "whoosh3"),
    "parts of libraries": ("PhraseMatcher", "iterparse", "refresh", "set_forkserver_preload"),
    "spaCy's models and their files": (
        *("en_core_web_lg", "en_core_web_md", "en_core_web_trf", "config.cfg"),
    ),
    "other programs, and the C library": (
        *("auth_basic", "basic_auth", "fsck", "mallopt", "malloc_trim", "notify"),
    ),
}


class Names(ast.NodeVisitor):
    """What a module defines (by class, "" for none), and what it uses and writes."""

    def __init__(self, tree: ast.Module) -> None:
        self.defined: dict[str, set[str]] = {"": set()}
        self.bases: dict[str, set[str]] = {}
        self.used: set[str] = set()
        self.written: set[str] = set()
        self.literals: set[str] = set()
        self._class, self._function = "", 0
        self._docstrings = {id(node) for node in docstring_nodes(tree)}
        self.visit(tree)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._define(node.name)
        self.bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
        self.defined.setdefault(node.name, set())
        outer, self._class = (self._class, self._function), node.name
        self._function = 0
        self.generic_visit(node)
        self._class, self._function = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._define(node.name)
        self._function += 1
        self.generic_visit(node)
        self._function -= 1

    def visit_arg(self, node: ast.arg) -> None:
        self.used.add(node.arg)

    def visit_keyword(self, node: ast.keyword) -> None:
        self.used.add(node.arg or "")
        self.literals.add(node.arg or "")  # dict(key=...)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.used.add(node.attr)
        if isinstance(node.ctx, ast.Store):
            self.defined[self._class].add(node.attr)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._define(node.id)
        self.used.add(node.id)

    def visit_alias(self, node: ast.alias) -> None:
        self.used.update((node.asname or node.name).split("."))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and id(node) not in self._docstrings:
            self.literals.add(node.value)
            self.written.update(re.findall(r"[\w.-]+", node.value), re.findall(r"\w+", node.value))

    def _define(self, name: str) -> None:
        self.used.add(name)
        if not self._function:
            self.defined[self._class].add(name)


def docstring_nodes(tree: ast.AST) -> Iterator[ast.Constant]:
    """Docstrings of modules, classes and functions, and those under an assignment."""
    for node in ast.walk(tree):
        body = getattr(node, "body", [])
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield statement.value


@cache
def names_of(module: Path) -> Names:
    return Names(ast.parse(module.read_text(encoding="utf-8")))


@cache
def dotted_names() -> dict[Path, tuple[str, ...]]:
    """`searchapp/web/params/raw.py` -> ("searchapp", "web", "params", "raw")."""
    parts = {module: module.relative_to(ROOT).with_suffix("").parts for module in MODULES}
    return {m: p[:-1] if p[-1] == "__init__" else p for m, p in parts.items()}


@cache
def classes() -> dict[str, set[str]]:
    """Members by class, inherited ones included."""
    own: dict[str, set[str]] = {}
    bases: dict[str, set[str]] = {}
    for names in map(names_of, MODULES):
        for name, members in names.defined.items():
            own[name] = own.get(name, set()) | members
        bases |= names.bases
    del own[""]
    for _ in bases:
        grown = {n: own[n].union(*(own.get(b, set()) for b in bases.get(n, ()))) for n in own}
        if grown == own:
            break
        own = grown
    return own


@cache
def modules() -> set[str]:
    return {part for parts in dotted_names().values() for part in parts}


@cache
def defined() -> set[str]:
    """Every module, and every name defined in a module or class."""
    return modules().union(*(members for m in MODULES for members in names_of(m).defined.values()))


@cache
def written() -> set[str]:
    """Every word of a string in the code and of its data: keys, values, names of files."""
    data = (re.findall(r"\w+", path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.toml"))
    return set[str]().union(*data, *(names_of(module).written for module in MODULES))


@cache
def literals() -> set[str]:
    """Every string in the code, whole; and the extras one may install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].keys()
    return set(extras).union(*(names_of(module).literals for module in MODULES))


@cache
def is_importable(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def leads_outside(first: str, *rest: str) -> bool:
    """Whether a dotted name is reached from a builtin or an importable module."""
    found = getattr(builtins, first, None)
    if found is None:
        if not is_importable(first):
            return False
        found = importlib.import_module(first)
    for depth, name in enumerate(rest):
        if not hasattr(found, name):
            try:
                importlib.import_module(".".join((first, *rest[: depth + 1])))
            except ImportError:
                return False
        found = getattr(found, name)
    return True


def is_member(names: Names, rest: tuple[str, ...]) -> bool:
    match rest:
        case ():
            return True
        case (name,):
            return name in names.defined[""]
        case (cls, member):
            return cls in names.defined[""] and member in classes().get(cls, set())
        case _:
            return False


def is_dotted(name: str) -> bool:
    first, *rest = parts = tuple(name.split("."))
    if len(rest) == 1 and rest[0] in classes().get(first, set()):
        return True
    for module, path in dotted_names().items():
        for length in range(1, len(parts) + 1):
            if path[-length:] == parts[:length] and is_member(names_of(module), parts[length:]):
                return True
    return leads_outside(*parts) or (first not in modules() and is_key(first, *rest))


def is_key(*names: str) -> bool:
    """Whether all are the keys of an answer: fields of our types, words of our strings."""
    return all(n.islower() and (n in defined() or n in written()) for n in names)


@cache
def files() -> set[str]:
    """Every file, and every folder that has one, `/` before it: they are found by how they end."""
    below = [path for tree in TREES for path in (ROOT / tree).rglob("*.*") if path.is_file()]
    ours = [path for path in (*below, *ROOT.iterdir()) if path.suffix != ".pyc"]
    return {
        f"/{part.relative_to(ROOT)}"
        for path in ours
        for part in (path, *path.parents)
        if part.is_relative_to(ROOT)
    }


def is_path(name: str) -> bool:
    end = f"/{name.rstrip('/')}"
    return any(path.endswith(end) for path in files()) or name.rsplit("/", 1)[-1] in written()


def is_name(name: str, here: Names | None) -> bool:
    if name in defined() or keyword.iskeyword(name) or hasattr(builtins, name):
        return True
    if is_importable(name) or name in literals():
        return True
    return name in (here.used | here.written if here else written())


def looks_like_path(text: str) -> bool:
    first, last = text.partition("/")[0], text.rpartition("/")[2]
    is_whole = PATH.fullmatch(text) or SUFFIX.fullmatch(text)
    return bool(is_whole and (SUFFIX.fullmatch(last) or ("/" in text and first in FOLDERS)))


def unknown(text: str, here: Names | None, *, for_users: bool = False) -> Iterator[str]:
    """The back-quoted names of a text that are none of the code."""
    for quoted in QUOTED.findall(text):
        name = quoted.removesuffix("()")
        if name in excepted() or PLACEHOLDER.search(name):
            continue
        if looks_like_path(name):
            known = is_path(name)
        elif DOTTED.fullmatch(name):
            ours = name.split(".")[0] in modules() | classes().keys()
            keys = for_users and is_key(*name.split("."))
            known = (for_users and not ours) or is_dotted(name) or keys or name in literals()
        elif (not for_users and LOWER.fullmatch(name)) or TELLING.fullmatch(name):
            known = is_name(name, here)
        else:
            known = True
        if not known:
            yield quoted


@cache
def excepted() -> set[str]:
    return set[str]().union(*EXCEPTIONS.values())


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def docstrings(module: Path) -> str:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return "\n".join(str(node.value) for node in docstring_nodes(tree))


@pytest.mark.parametrize("module", MODULES, ids=label)
def test_docstrings_name_what_there_is(module: Path) -> None:
    assert list(unknown(docstrings(module), names_of(module))) == []


@pytest.mark.parametrize("page", ABOUT_CODE, ids=label)
def test_pages_about_the_code_name_what_there_is(page: Path) -> None:
    assert list(unknown(page.read_text(encoding="utf-8"), None)) == []


@pytest.mark.parametrize("page", FOR_USERS, ids=label)
def test_pages_for_users_name_what_there_is(page: Path) -> None:
    assert list(unknown(page.read_text(encoding="utf-8"), None, for_users=True)) == []


@pytest.mark.parametrize(
    "name",
    [
        *("web/views/", "engines/query.py", "shelving.py", "tests/test_nothing.py"),
        *("maintenance.account", "searchapp.model.Nothing", "Engine.prepared", "os.nothing"),
        *("shelving", "is_unheard_of()", "ShelfOfNothing"),
    ],
)
def test_a_name_that_is_gone_is_seen(name: str) -> None:
    assert list(unknown(f"as `{name}` says", None)) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("web/pages/", "engines/base.py", "format.py", "tests/test_engines.py", "entities.toml"),
        *("sources.VERSION", "searchapp.model.Article", "Engine.prepare", "os.scandir"),
        *("ledger", "open_engine()", "RawPage", "minister -budget", "/api/v1/search", "json-ld"),
    ],
)
def test_a_name_that_is_there_is_known(name: str) -> None:
    assert list(unknown(f"as `{name}` says", None)) == []


def test_every_exception_is_needed() -> None:
    texts = [*map(docstrings, MODULES), *(p.read_text(encoding="utf-8") for p in PAGES)]
    quoted = {name.removesuffix("()") for text in texts for name in QUOTED.findall(text)}
    assert excepted() - quoted == set()
