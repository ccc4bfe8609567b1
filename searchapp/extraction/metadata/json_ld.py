"""Extraction, `metadata`: the JSON-LD of a page -> the nodes that describe its article.

Vocabulary: schema.org/Article and its subtypes. Broken JSON is repaired where the
fault is a common one (raw control characters, a trailing comma) and skipped where
it is not: the page's other statements remain.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

_ARTICLE_TYPES = re.compile(
    r"(?:Article|BlogPosting|LiveBlogPosting|Report|Review|Recipe|SocialMediaPosting"
    r"|DiscussionForumPosting|CreativeWork|MedicalWebPage|Interview)\Z"
)
_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "VideoObject", "NewsMediaObject", "Event"})
_MAX_NODES = 5_000
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPING = re.compile(r"\A\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)?;?\s*\Z")


def find_article_nodes(scripts: Iterable[str]) -> tuple[Node, ...]:
    """Nodes that describe the page's article, then those that describe the page itself.

    `@id` references to authors and publishers are resolved. Never raises.
    """
    nodes = [node for script in scripts for node in _nodes(_load(script))]
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    articles = [node for node in nodes if any(map(_ARTICLE_TYPES.search, _types(node)))]
    pages = [node for node in nodes if _PAGE_TYPES & set(_types(node))]
    return tuple(_resolve_references(node, by_id) for node in [*articles, *pages])


def is_page_node(node: Node) -> bool:
    """Whether a node describes the web page only, and not an article on it."""
    return not any(map(_ARTICLE_TYPES.search, _types(node)))


def iter_strings(value: Any) -> Iterator[str]:
    """The plain strings in a property: itself, a list's, or the names of nodes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:50]:
            if not isinstance(item, list):
                yield from iter_strings(item)
    elif isinstance(value, Mapping):
        name = value.get("name") or _full_name(value)
        if not isinstance(name, Mapping):
            yield from iter_strings(name)


def _full_name(person: Node) -> str | None:
    """A person's name from its parts, None without them."""
    parts = (person.get(part) for part in ("givenName", "additionalName", "familyName"))
    return " ".join(part for part in parts if isinstance(part, str)) or None


def _load(script: str) -> Any:
    text = _WRAPPING.sub("", script)
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any) -> Iterator[Node]:
    """Every object in the document, outermost first, without recursion."""
    waiting = deque([value])
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, dict):
            yield item
            waiting.extend(child for child in item.values() if isinstance(child, (dict, list)))
        elif isinstance(item, list):
            waiting.extend(child for child in item if isinstance(child, (dict, list)))


def _types(node: Node) -> tuple[str, ...]:
    stated = node.get("@type")
    return tuple(
        kind for kind in (stated if isinstance(stated, list) else [stated]) if isinstance(kind, str)
    )


def _resolve_references(node: Node, by_id: Mapping[str, Node]) -> Node:
    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(item) if isinstance(item, dict) else item for item in value[:50]]
        if isinstance(value, dict) and not {"name", "familyName"} & value.keys():
            return by_id.get(str(value.get("@id")), value)
        return value

    return {key: resolve(value) for key, value in node.items()}
