"""Multi30k: captions of photographs in English, German and French; what was published, and none of it in this package.

Elliott et al. 2016 (W16-3210) and 2017 (W17-4718).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attnlab.errors import NotThere
from attnlab.translation.parallel_text import unpacked
from attnlab.translation.shelf import Known, Manifest

NAME = "multi30k"
TITLE = "captions of photographs"
PAIRINGS = {"multi30k-en-de": ("en", "de"), "multi30k-de-en": ("de", "en"), "multi30k-en-fr": ("en", "fr")}
LICENCE = "for non-commercial research and education"
COMMIT = "a3d2e0d26b56f3846f66a952536ffed4e401d05a"
ORIGIN = f"https://github.com/multi30k/dataset at commit {COMMIT}"
MIRROR = f"https://raw.githubusercontent.com/multi30k/dataset/{COMMIT}/data/task1/raw"
SPLITS = ("train", "val", "test_2016_flickr")
LANGUAGES = ("en", "de", "fr")
# Of the contents, unpacked: how they were packed may change, what they say may not.
FILES = {
    "train.en": Known("460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6", 1801238, 29000),
    "train.de": Known("2c2b73fd2b548fbcde3a875e0a78d6ee94d498bfdee6bd3eae3945779e9ddf72", 2110398, 29000),
    "train.fr": Known("5925a3c18f1587b6b54b87743106e6e8ab93618edb6f65d19eac0621f853a10d", 2111303, 29000),
    "val.en": Known("1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227", 63297, 1014),
    "val.de": Known("660e09eb7e1da2f856ea13ee5ad3cf6d36b3d5b0b733c857e94c5747a3dfc660", 75981, 1014),
    "val.fr": Known("5304e444d842e962b2dda4d816b70b22a1765b15401642b7ca37a67477e708dc", 73924, 1014),
    "test_2016_flickr.en": Known("399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182", 62076, 1000),
    "test_2016_flickr.de": Known("4be6b5b3236b79c25475c6bb829800a7ce559e9ba7a1f6c2394fe4d40be46d16", 70649, 1000),
    "test_2016_flickr.fr": Known("cb3160d69b002bb638e66cc7612fcd56cb0af82eadc9c142dedc438afb885ef6", 72261, 1000),
}


def manifest() -> Manifest:
    """What a folder with all of it holds."""
    return Manifest(NAME, ORIGIN, LICENCE, SPLITS, LANGUAGES, FILES)


def from_folder(folder: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The names and contents of these files, found in `folder` plain or gzipped; each is what was published.

    Raises:
        NotThere: files are missing, all of them named, or one is something else.
    """
    found = {name: _found(folder, name) for name in names}
    if missing := [name for name, file in found.items() if file is None]:
        raise NotThere(
            f"{folder} lacks {', '.join(missing)}",
            remedy="each may be plain or end in .gz; they are in data/task1/raw of the repository multi30k/dataset",
        )
    for name, file in found.items():
        assert file is not None
        content = unpacked(file)
        if Known.of(content) != FILES[name]:
            raise NotThere(
                f"{file} is not the {name} that was published: its checksum is another",
                remedy=f"take it from data/task1/raw of the repository multi30k/dataset at commit {COMMIT[:10]}",
            )
        yield name, content


def _found(folder: Path, name: str) -> Path | None:
    return next((file for file in (folder / name, folder / f"{name}.gz") if file.is_file()), None)
