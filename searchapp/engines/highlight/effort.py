"""What marking the matches of a page of hits may cost, counted in work and not in time.

Two equal requests so have equal marks, however busy the machine is. What is not looked at when
the effort is over stays unmarked.
"""

# Some ten characters read as words, or one occurrence looked at, are a step of about a
# microsecond; of a page. Set by hand.
MOST_STEPS = 700_000
# What one document may use of what is left, so that a few long ones leave something to others; an
# article takes some hundred.
_SHARE, _LEAST = 4, 500


class Effort:
    """Steps left for a page, and for the document at hand."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps
        self._share = steps // _SHARE

    def begin_document(self) -> None:
        """Another document, with a share of what is left."""
        self._share = max(_LEAST, self._left // _SHARE)

    def spend(self, steps: int) -> None:
        """Count steps that were taken."""
        self._left -= steps
        self._share -= steps

    def is_spent(self) -> bool:
        """Whether the document at hand is to be left as it is."""
        return self._share <= 0
