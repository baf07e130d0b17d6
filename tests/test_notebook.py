"""The notebook docs/film.ipynb runs from its first cell to its last."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

CHECK = """
assert table["emotion"].mode()[0] == "happy"
assert len(table) == 48
assert axes.collections and "happy" in axes.get_legend().get_texts()[0].get_text()
print("drawn")
"""


def test_the_notebook_draws_a_films_timeline(tmp_path):
    for module in ("matplotlib", "pandas", "av"):
        pytest.importorskip(module)
    notebook = json.loads((ROOT / "docs" / "film.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    environ = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    environ.pop("FILM", None)
    command = [sys.executable, "-c", "\n".join([*cells, CHECK])]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("drawn\n"), done.stderr
