"""Tables of rows."""

import csv
import json

import pytest

from app.analyse import table

ROWS = [
    {"file": "=1+1.jpg", "frame": 0, "time_s": None, "certain": True, "happy": 0.5, "other": 3},
    {"file": "ä.mp4", "frame": 1, "time_s": 0.04, "certain": False, "happy": None},
    {"file": "-a, b.mp4"},
]
NAMES = ["file", "frame", "time_s", "certain", "happy"]


@pytest.mark.parametrize("rows", [[], ROWS])
def test_csv_lines_and_parquet_say_the_same(tmp_path, rows):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    for suffix in table.SUFFIXES:
        table.write(tmp_path / f"t{suffix}", NAMES, rows)
    lines = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [{name: row.get(name) for name in NAMES} for row in rows]
    parquet = pandas.read_parquet(tmp_path / "t.parquet").astype(object)
    assert list(parquet.columns) == NAMES
    assert parquet.where(parquet.notna(), None).to_dict("records") == lines
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(rows)


def test_no_cell_of_a_csv_is_a_formula(tmp_path):
    table.write(tmp_path / "t.csv", NAMES, [*ROWS, *({"file": f"{sign}x"} for sign in table.FORMULA)])
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        cells = [row["file"] for row in csv.DictReader(file)]
    assert cells[:3] == ["'=1+1.jpg", "ä.mp4", "'-a, b.mp4"]
    assert all(cell[0] == "'" for cell in cells[3:])


def test_negative_numbers_stay_numbers(tmp_path):
    table.write(tmp_path / "t.csv", ["tilt_deg"], [{"tilt_deg": -4.5}])
    assert (tmp_path / "t.csv").read_text() == "tilt_deg\n-4.5\n"


def test_a_table_that_fails_leaves_the_old_one_and_nothing_else(tmp_path):
    (tmp_path / "t.csv").write_text("old")

    def rows():
        yield ROWS[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        table.write(tmp_path / "t.csv", NAMES, rows())
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text() == "old"


def test_what_ends_otherwise_is_no_table(tmp_path):
    table.check(tmp_path / "T.CSV")
    with pytest.raises(table.NoTable, match=r"\.csv, \.parquet, \.jsonl"):
        table.check(tmp_path / "t.xlsx")
