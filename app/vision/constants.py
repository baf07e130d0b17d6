"""The numbers of the finder, the crop and the tracks, from constants.json, which the browser's worker reads as well.

docs/finding.md says what each one means, and which figures it rests on.
"""

import json
from pathlib import Path
from types import SimpleNamespace

FILE = Path(__file__).with_name("constants.json")

_TABLE = json.loads(FILE.read_text(encoding="utf-8"))

_PARTS = ("network", "square", "find", "judge", "live", "cascade", "tracks", "limits")

NETWORK, SQUARE, FIND, JUDGE, LIVE, CASCADE, TRACKS, LIMITS = (SimpleNamespace(**_TABLE[part]) for part in _PARTS)
