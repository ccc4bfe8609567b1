"""Pages to read again because an extra has been installed since.

Before planning. A PDF by itself fails for lack of the extra and is tried again by every
run; one attached to a mail is only named in the mail's text, which is found here.
"""

from __future__ import annotations

from importlib.util import find_spec

from searchapp.ledger.ledger import Ledger
from searchapp.sources.documents.pdf import NEEDS_EXTRA

NOTE = "extras"
_PDF = "pypdfium2"
# Versions that nothing has: the page, and its container, count as out of date.
_OUTDATE = """
UPDATE source SET versions = '' WHERE path IN (
  SELECT path FROM source WHERE state = 'cleaned' AND instr(article, ?1)
  UNION SELECT container FROM source
  WHERE container IS NOT NULL AND state = 'cleaned' AND instr(article, ?1))
"""


def outdate_for_new_extras(ledger: Ledger) -> None:
    """Once after the extra was installed, have the ledger forget what was read without."""
    installed = "pdf" if find_spec(_PDF) else ""
    if (ledger.note(NOTE) or "") == installed:
        return
    if installed:
        ledger.connection.execute(_OUTDATE, (NEEDS_EXTRA,))
    ledger.set_note(NOTE, installed)
