"""Atomic writes: the content goes to a temporary file in the same folder, which is then renamed."""

from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path):
    """The path of a temporary file beside `path`: renamed to `path` at the end, deleted where the writing fails.

    Both names have the same suffix, because some writers choose the format by the suffix.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".partial-{path.name}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_text(path, text):
    """Writes text as UTF-8 atomically."""
    with replaced(path) as partial:
        partial.write_text(text, encoding="utf-8")
