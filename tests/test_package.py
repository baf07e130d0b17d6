"""The package that `pip install .` installs: `lets_face_it`."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]

NAMES = {
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "ai_edge_litert": "ai-edge-litert",
    "pillow_heif": "pillow-heif",
}
"""The package that brings a module, where the names differ."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder that holds only the built package."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


def run(site, code, tmp_path):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_reads_a_photo_without_the_clone(site, astronaut, tmp_path):
    np.save(tmp_path / "photo.npy", astronaut)
    code = (
        "import sys, numpy; from lets_face_it import Reader; reader = Reader(model='light');"
        "print(reader.photo(numpy.load('photo.npy')).faces[0].emotion, 'app' in sys.modules, 'flask' in sys.modules)"
    )
    done = run(site, code, tmp_path)
    assert done.stdout == "happy False False\n", done.stderr


def test_every_model_comes_with_its_card_and_its_network(site):
    models = {path.parent.name for path in (ROOT / "models").glob("*/card.json")}
    assert models
    for name in models:
        assert {path.suffix for path in (site / "lets_face_it" / "models" / name).iterdir()} == {".json", ".tflite"}


def test_no_module_of_the_package_needs_the_rest_of_the_project(site):
    texts = {path.name: path.read_text(encoding="utf-8") for path in (site / "lets_face_it").glob("*.py")}
    assert len(texts) > 10
    assert [name for name, text in texts.items() if "from app" in text or "import app" in text] == []


def test_the_package_asks_for_all_that_it_imports_in_the_versions_of_the_site(site):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        line
        for path in ROOT.glob("requirements*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and line[0] not in "#-"
    ]
    wanted = {requirement.name: requirement.specifier for requirement in map(Requirement, lines)}
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    asked = {
        requirement.name: requirement.specifier for requirement in map(Requirement, project["dependencies"] + extras)
    }
    assert asked.items() <= wanted.items()
    imported = {name.split(".")[0] for path in (site / "lets_face_it").glob("*.py") for name in imports_of(path)}
    needed = {NAMES.get(name, name) for name in imported - set(sys.stdlib_module_names) - {"lets_face_it"}}
    assert needed <= set(asked)


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
