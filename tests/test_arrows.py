"""The rules for imports between packages."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNTIMES = ("cv2", "ai_edge_litert", "tensorflow", "keras")


def imports_of(path):
    """The full names of all imports of a file, at any level."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def offenders(files, forbidden):
    """Lines "file imports name" for every import of a forbidden module or of its submodules."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in sorted(imports_of(path))
        if any(name == word or name.startswith(word + ".") for word in forbidden)
    ]


def test_the_reader_of_imports_sees_them(tmp_path):
    file = tmp_path / "some.py"
    file.write_text("import a.b\ndef f():\n    from c import d\n")
    assert imports_of(file) == {"a.b", "c", "c.d"}


def test_the_server_never_imports_training():
    files = [*(ROOT / "app").rglob("*.py"), ROOT / "wsgi.py", ROOT / "gunicorn.conf.py"]
    assert len(files) > 10
    assert offenders(files, ("training", "tensorflow", "keras")) == []


def test_the_server_has_no_way_to_run_what_lies_in_a_folder():
    files = [*(ROOT / "app").rglob("*.py"), ROOT / "wsgi.py"]
    assert offenders(files, ("pickle", "marshal", "shelve", "importlib", "runpy", "joblib", "dill")) == []
    calls = {
        node.func.id
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"eval", "exec", "compile", "__import__"}


def test_training_knows_of_the_server_only_the_pictures_and_the_finder():
    rooms = ("contract", "errors", "faces", "finder", "images", "views")
    allowed = {"app", "app.vision", *(f"app.vision.{name}" for name in rooms)}
    for path in (ROOT / "training").rglob("*.py"):
        for name in imports_of(path):
            if name.split(".")[0] == "app":
                assert name in allowed or name.rpartition(".")[0] in allowed - {"app", "app.vision"}, path


def test_vision_never_imports_flask():
    files = list((ROOT / "app" / "vision").glob("*.py"))
    assert len(files) > 5
    assert offenders(files, ("flask", "flask_socketio", "werkzeug", "socketio")) == []


def loaded_by(code, names):
    """Those of the modules `names` that a new Python process has loaded after running `code`."""
    code += f"; import json, sys; print(json.dumps([name for name in {list(names)!r} if name in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(run.stdout.splitlines()[-1])


def test_the_reader_of_loaded_modules_sees_them():
    assert loaded_by("import json.decoder", ["json", "re", "cv2"]) == ["json", "re"]


@pytest.mark.parametrize("room", ["pages", "api", "live", "limits", "problems", "headers", "metrics"])
def test_the_edges_load_neither_opencv_nor_a_model_runtime(room):
    assert loaded_by(f"import app.{room}", RUNTIMES) == []


@pytest.mark.parametrize("room", ["app", "app.config", "app.logs", "app.vision.errors", "app.vision.contract"])
def test_importing_the_package_its_settings_or_its_errors_loads_no_framework(room):
    assert loaded_by(f"import {room}", (*RUNTIMES, "flask", "numpy")) == []


def test_reading_pictures_from_python_loads_no_web_framework():
    assert loaded_by("import app.vision.pipeline, app.vision.emotions", ["flask", "werkzeug", "socketio"]) == []


def test_an_application_never_loads_tensorflow():
    code = "from app import create_app; create_app()"
    assert loaded_by(code, ["tensorflow", "keras", "training"]) == []
