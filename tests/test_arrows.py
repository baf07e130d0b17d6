"""The arrows of the house: who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNTIMES = ("cv2", "ai_edge_litert", "tensorflow", "keras")


def imports_of(path):
    """The full names of all that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def offenders(files, forbidden):
    """Lines "file imports name" for every import that is one of the forbidden or lies below it."""
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


def test_training_knows_of_the_server_only_contract_images_and_faces():
    allowed = {"app", "app.vision", "app.vision.contract", "app.vision.images", "app.vision.faces"}
    for path in (ROOT / "training").rglob("*.py"):
        for name in imports_of(path):
            if name.split(".")[0] == "app":
                assert name in allowed or name.rpartition(".")[0] in allowed - {"app", "app.vision"}, path


def test_vision_never_imports_flask():
    files = list((ROOT / "app" / "vision").glob("*.py"))
    assert len(files) > 5
    assert offenders(files, ("flask", "flask_socketio", "werkzeug", "socketio")) == []


@pytest.mark.parametrize("room", ["pages", "api", "live"])
def test_the_edges_never_import_opencv_or_a_model_runtime(room):
    assert offenders([ROOT / "app" / f"{room}.py"], RUNTIMES) == []


def test_importing_the_app_starts_nothing():
    code = "import sys, app, app.config; sys.exit(any(n in sys.modules for n in ('cv2', 'ai_edge_litert')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_an_application_never_loads_tensorflow():
    code = (
        "import sys; from app import create_app; create_app();"
        "sys.exit(any(n in sys.modules for n in ('tensorflow', 'keras', 'training')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
