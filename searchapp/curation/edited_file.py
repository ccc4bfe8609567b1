"""The text of a file that people edit, before `decisions` or `watchlist` read it."""

from pathlib import Path

from searchapp.errors import DecisionError
from searchapp.files import denial_advice, read_regular
from searchapp.toml_text import decode


def read_edited(path: Path) -> str:
    """The file as it stands, empty when there is none. Raises DecisionError."""
    try:
        return decode(read_regular(path))
    except FileNotFoundError:
        if path.is_symlink():
            raise DecisionError(f"{path}: leads to no file; remove or correct the link") from None
        return ""
    except OSError as error:
        reason = f"{error.strerror}{denial_advice(error)}"
        raise DecisionError(f"{path}: cannot be read: {reason}") from error
    except ValueError as error:
        raise DecisionError(f"{path}: {error}") from error
