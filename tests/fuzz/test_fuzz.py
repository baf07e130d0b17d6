"""A short fuzzing run finds nothing; SECURITY.md gives the numbers of the long runs."""

import importlib.util
import subprocess
import sys

import pytest
from serving import ROOT


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="atheris has wheels for Linux on x86-64 alone")
@pytest.mark.parametrize(("target", "inputs"), [("decode", 3000), ("media", 500), ("frame", 1000)])
def test_new_inputs_made_of_the_seeds_break_no_promise(target, inputs, tmp_path):
    command = [sys.executable, "-m", "tests.fuzz", target, "--inputs", str(inputs), "--seed", "1"]
    command += ["--found", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert f"Done {inputs} runs" in done.stderr, done.stderr[-2000:]
    assert done.returncode == 0
