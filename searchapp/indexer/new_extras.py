"""Pages to read again because an extra has been installed since.

Before planning. A PDF by itself fails for lack of the extra and is tried again by every
run; one attached to a mail is only named in the mail's text, which is found here.
"""

from importlib.util import find_spec

from searchapp.ledger.ledger import Ledger
from searchapp.sources.documents.pdf import NEEDS_EXTRA

NOTE = "extras"
_PDF = "pypdfium2"


def outdate_for_new_extras(ledger: Ledger) -> None:
    """Once after the extra was installed, have the ledger forget what was read without."""
    installed = "pdf" if find_spec(_PDF) else ""
    if (ledger.note(NOTE) or "") == installed:
        return
    if installed:
        ledger.outdate_texts_with(NEEDS_EXTRA)
    ledger.set_note(NOTE, installed)
