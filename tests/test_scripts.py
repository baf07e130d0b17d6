"""The type checker accepts the pages' scripts."""

from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "static" / "js"


def test_every_script_has_its_types_checked():
    """Checks that each of our scripts starts with `// @ts-check`, because tsconfig.json leaves other scripts out."""
    scripts = sorted(SCRIPTS.rglob("*.js"))
    assert len(scripts) > 20
    assert [path.name for path in scripts if not path.read_text(encoding="utf-8").startswith("// @ts-check\n")] == []
