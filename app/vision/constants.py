"""The numbers of the finder, the crop and the tracks, from constants.json, which the browser's worker reads as well.

docs/finding.md says what each one means, and which figures it rests on.
"""

import json
from pathlib import Path
from types import SimpleNamespace

_TABLE = json.loads(Path(__file__).with_name("constants.json").read_text(encoding="utf-8"))

NETWORK, SQUARE, FIND, LIVE, CASCADE, TRACKS, LIMITS = (
    SimpleNamespace(**_TABLE[part]) for part in ("network", "square", "find", "live", "cascade", "tracks", "limits")
)
