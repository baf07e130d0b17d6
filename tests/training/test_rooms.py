"""The folders of training/ import only in one direction, without cycles."""

import ast
from pathlib import Path

import pytest

TRAINING = Path(__file__).resolve().parents[2] / "training"

FLOORS = (
    {"data", "networks"},
    {"recipes", "scoring", "export"},
    {"report"},
    {"fitting", "release"},
    {"train", "ablation", "judge"},
    {"__main__"},
)


def room_of(path):
    """The file's folder below training/, or the file's own name if it is in training/ itself."""
    return path.relative_to(TRAINING).with_suffix("").parts[0]


def imported_rooms(path):
    """The folders of training/ that a file imports from, at any level."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "training":
            parts = node.module.split(".")[1:]
            yield from [parts[0]] if parts else [alias.name for alias in node.names]


FILES = [path for path in sorted(TRAINING.rglob("*.py")) if path != TRAINING / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TRAINING)))
def test_a_room_imports_only_from_the_floors_below(path):
    height = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
    room = room_of(path)
    for other in imported_rooms(path):
        assert other == room or height[other] < height[room], f"{path.name} imports training.{other}"
