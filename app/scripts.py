"""The scripts of a page, so that a browser can load all of them at once instead of one import after the other."""

import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^(?:import|export)\s(?:[^"]*?\sfrom\s)?"(\.{1,2}/[^"]+\.js)"', re.MULTILINE)


def init_app(app):
    """Gives templates `modules(entry)`: the paths within static/ of a script and of every module that it imports."""
    app.jinja_env.globals["modules"] = lambda entry: modules_of(app.static_folder, entry)


@cache
def modules_of(folder, entry):
    """The paths of a module and of every static import below it, relative to `folder`, each once; `entry` first."""
    folder = Path(folder).resolve()
    found = [(folder / entry).resolve()]
    for path in found:
        imported = (path.parent / name for name in _IMPORT.findall(path.read_text(encoding="utf-8")))
        found += dict.fromkeys(other for each in imported if (other := each.resolve()) not in found)
    return tuple(path.relative_to(folder).as_posix() for path in found)
