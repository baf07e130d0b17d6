"""A short run of the siege benchmark, with one attack, against the real server."""

import sys

import pytest

from benchmarks import attacks, siege


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")
def test_a_visitor_is_served_beside_an_attack_and_its_times_are_printed(capsys):
    siege.main(["--seconds", "2", "--attack", "idle"])
    head, columns, row = capsys.readouterr().out.splitlines()
    assert "10 frames a second" in head
    assert columns.split()[0] == "attack"
    name, frames, median_ms, p95_ms, healthz_ms = row.split()[:5]
    assert name == "idle"
    assert int(frames) > 0
    assert 0 < float(median_ms) <= float(p95_ms)
    assert float(healthz_ms) > 0
    assert row.split()[-1] == "0"  # nothing failed


def test_every_attack_says_what_it_does():
    assert len(attacks.ALL) == 9
    assert all(attack.__doc__ for attack in attacks.ALL)
