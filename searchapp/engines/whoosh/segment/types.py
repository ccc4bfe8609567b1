"""The types of arrays in the embedded engine; what their numbers mean is said where they are used.

A `doc` is the number of a document in a snapshot, an `ord` that of a term or a value in its
dictionary, a `position` that of a token in its field.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]
Bits = NDArray[np.uint64]
