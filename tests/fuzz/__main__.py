"""Coverage-guided fuzzing: `python -m tests.fuzz decode --inputs 200000`.

libFuzzer starts with the inputs in `seeds/<target>/`, mutates those that reach new lines, and stores these in
`runs/fuzz/<target>/`. It ends with "Done N runs", or at the first failing input, which it stores in the same folder.
"""

import argparse
import sys
from pathlib import Path

import atheris

SEEDS = Path(__file__).parent / "seeds"
HANG_S = 20
"""How long one input may take. They take milliseconds; a machine may be busy."""

with atheris.instrument_imports(include=["app", "PIL", "tests.fuzz"]):
    from tests.fuzz import targets


def main():
    """Fuzzes one target with the given number of inputs."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=sorted(path.name for path in SEEDS.iterdir()))
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0, help="0 takes another one each time")
    parser.add_argument("--found", type=Path, default=Path("runs/fuzz"), help="folder of what is found")
    chosen = parser.parse_args()
    found = chosen.found / chosen.target
    found.mkdir(parents=True, exist_ok=True)
    options = {
        "runs": chosen.inputs,
        "seed": chosen.seed,
        "max_len": 16_384,
        "timeout": HANG_S,
        "close_fd_mask": 2,  # hides the decoders' messages about damaged files
        "artifact_prefix": f"{found}-",
    }
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, str(found), str(SEEDS / chosen.target)], getattr(targets, chosen.target))
    atheris.Fuzz()


main()
