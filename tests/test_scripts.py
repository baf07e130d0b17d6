"""The scripts of the pages, as the checker of types sees them."""

from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "static" / "js"


def test_every_script_has_its_types_checked():
    """tsconfig.json leaves other people's scripts out: those of ours are checked that begin so."""
    scripts = sorted(SCRIPTS.rglob("*.js"))
    assert len(scripts) > 20
    assert [path.name for path in scripts if not path.read_text(encoding="utf-8").startswith("// @ts-check\n")] == []
