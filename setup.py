"""Builds the package `lets_face_it`: app/vision under a name of its own, and the models.

`app` is a name that many programs have, so the installed package has another. Its modules are those of app/vision with
the name in their imports changed. `pip install .` runs this.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
SOURCE = ROOT / "app" / "vision"
NAME = "lets_face_it"


class BuildPackage(build_py):
    """Writes the package into the build folder."""

    def run(self):
        """Writes the modules, what they read, and each model's card and network."""
        target = Path(self.build_lib, NAME)
        shutil.rmtree(target, ignore_errors=True)
        for path in sorted(SOURCE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                _copy(path, target / path.relative_to(SOURCE))
        for card in sorted(ROOT.glob("models/[!._]*/card.json")):
            for path in (card, *card.parent.glob("*.tflite")):
                _copy(path, target / path.relative_to(ROOT))


def _copy(path, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".py":
        shutil.copyfile(path, target)
        return
    target.write_text(path.read_text(encoding="utf-8").replace("app.vision", NAME), encoding="utf-8")


setup(packages=[NAME], package_dir={NAME: "app/vision"}, cmdclass={"build_py": BuildPackage})
