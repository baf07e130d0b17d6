"""The words that raters choose from, each with its meaning, in any script."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import insert, select, update

from app.labelling import schema
from app.vision.contract import check_label
from app.vision.errors import BadModel

CANT_TELL = "cant_tell"
NO_FACE = "no_face"
RESERVED = {CANT_TELL, NO_FACE, "picture", "x", "y", "width", "height", "raters", "tilt_deg"}
"""The names of the other columns in the file of votes."""

_FIELDS = {"shown", "means", "example"}


class BadWords(Exception):
    """Words can't be offered; the text says which and why."""


@dataclass(frozen=True)
class Word:
    """A future network's label, with its name in the raters' language, its meaning and an example."""

    word: str
    shown: str
    means: str = ""
    example: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The content of `--words`: the Words to choose from, and translated texts of the site, {key: text}."""

    words: tuple[Word, ...]
    texts: dict


def parse(text):
    """The Vocabulary that `--words` names: words apart by spaces, or the path of a .toml file. Raises BadWords."""
    if text.endswith(".toml"):
        vocabulary = _read(Path(text))
    else:
        vocabulary = Vocabulary(tuple(Word(word, word) for word in text.split()), {})
    names = [word.word for word in vocabulary.words]
    if len(names) < 2:
        raise BadWords(f"at least two words are needed to choose from, not {len(names)}")
    for name in names:
        _check(name, names)
    return vocabulary


def store(connection, vocabulary):
    """Offers these words from now on. Earlier words keep their votes and are offered no more."""
    connection.execute(update(schema.words).values(is_offered=False))
    known = set(connection.scalars(select(schema.words.c.word)))
    for position, word in enumerate(vocabulary.words):
        values = asdict(word) | {"position": position, "is_offered": True}
        if word.word in known:
            connection.execute(update(schema.words).where(schema.words.c.word == word.word).values(values))
        else:
            connection.execute(insert(schema.words).values(values))


def offered(connection):
    """The Words that raters choose from, in their order."""
    return _load(connection, schema.words.c.is_offered)


def known(connection):
    """All Words that have ever been offered; the current ones come first."""
    return _load(connection, True)


def _load(connection, condition):
    table = schema.words.c
    rows = connection.execute(
        select(table.word, table.shown, table.means, table.example)
        .where(condition)
        .order_by(table.is_offered.desc(), table.position, table.word)
    )
    return [Word(*row) for row in rows]


def _check(name, names):
    try:
        check_label(name)
    except BadModel as error:
        raise BadWords(f"{error}; a words file can show it in any script (docs/labels.md)") from None
    if name in RESERVED:
        raise BadWords(f"{name!r} is the name of another column in the file of votes")
    if names.count(name) > 1:
        raise BadWords(f"{name!r} stands there {names.count(name)} times")


def _read(path):
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadWords(f"{path} cannot be read as a words file: {error}") from None
    texts = content.pop("texts", {})
    for name, entry in [("texts", texts), *content.items()]:
        if not isinstance(entry, dict) or not all(isinstance(text, str) for text in entry.values()):
            raise BadWords(f'{path}: [{name}] holds lines such as means = "…"')
    return Vocabulary(tuple(_word(path, name, entry) for name, entry in content.items()), texts)


def _word(path, name, entry):
    if strange := sorted(set(entry) - _FIELDS):
        raise BadWords(f"{path}: [{name}] holds {', '.join(strange)}; known are {', '.join(sorted(_FIELDS))}")
    return Word(name, entry.get("shown", name), entry.get("means", ""), entry.get("example", ""))
