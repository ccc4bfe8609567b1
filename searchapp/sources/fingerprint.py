"""What tells one page's bytes from another's, before anything is parsed."""

import hashlib
from dataclasses import astuple, replace

from searchapp.model import RawPage
from searchapp.sources.formats import media_type_of


def hash_file(path: str) -> str:
    """Of the bytes, and of the name's ending where that decides how they are read.

    BLAKE2b of 16 bytes, in hexadecimal. Raises OSError.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - a str path keeps undecodable names intact
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
    digest.update((media_type_of(path) or "").encode())
    return digest.hexdigest()


def hash_page(page: RawPage) -> str:
    """As `hash_file`, of the bytes and of all that the container says about them."""
    digest = hashlib.blake2b(page.body, digest_size=16)
    hints = astuple(replace(page, path="", body=b""))
    digest.update((media_type_of(page.path) or "").encode())
    if hints != astuple(RawPage("", b"")):
        digest.update(repr(hints).encode())
    return digest.hexdigest()
