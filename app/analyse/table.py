"""Tables of readings: CSV, Parquet or JSON lines, a row for each face in each frame, written row after row."""

import csv
import json
from itertools import islice

from app.analyse.files import written_whole

SUFFIXES = (".csv", ".parquet", ".jsonl")

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""The beginnings of a text that a spreadsheet would run as a formula: file names may come from anybody."""

MISSING = "tables in Parquet need PyArrow: pip install -r requirements-video.txt, or pip install pyarrow"

ROWS = 10_000
"""Rows that are kept in memory at a time, and the size of a row group in Parquet."""

_KINDS = {"file": "string", "emotion": "string", "frame": "int64", "face": "int64", "track": "int64", "certain": "bool"}


class NoTable(Exception):
    """A table can't be written; the text says why."""


def check(path):
    """Raises NoTable where a table of this name can't be made here, before anything is read for it."""
    if path.suffix.lower() not in SUFFIXES:
        raise NoTable(f"{path}: a table ends in {', '.join(SUFFIXES)}")
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError:
            raise NoTable(MISSING) from None


def write(path, names, rows, kinds=_KINDS):
    """Writes dicts as the rows of a table with the columns `names`; a key that a row lacks is empty there.

    The table is complete or absent. `kinds` gives the types of columns in Parquet; other columns are double.
    """
    {".csv": _write_csv, ".jsonl": _write_lines, ".parquet": _write_parquet}[path.suffix.lower()](
        path, names, rows, kinds
    )


def _write_csv(path, names, rows, _kinds):
    with written_whole(path, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(row.get(name)) for name in names] for row in rows)


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write_lines(path, names, rows, _kinds):
    with written_whole(path) as file:
        for row in rows:
            file.write(json.dumps({name: row.get(name) for name in names}) + "\n")


def _write_parquet(path, names, rows, kinds):
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    types = {"string": pa.string(), "int64": pa.int64(), "bool": pa.bool_(), "double": pa.float64()}
    schema = pa.schema([(name, types[kinds.get(name, "double")]) for name in names])
    with written_whole(path, "wb") as file, ParquetWriter(file, schema) as writer:
        rows = iter(rows)
        while batch := list(islice(rows, ROWS)):
            columns = [[row.get(name) for row in batch] for name in names]
            arrays = [pa.array(column, type) for column, type in zip(columns, schema.types, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
