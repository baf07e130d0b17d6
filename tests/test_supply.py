"""The pinned requirements and the container, which runs as an unprivileged user and writes nothing."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from packaging.markers import default_environment
from packaging.requirements import Requirement
from serving import ROOT, connect, free_port, get, until, worker_of

STRANGER = 10001
"""The user that the Dockerfile names."""

# Makes the whole file system read-only (also /tmp, which may hold this project), except for the in-memory file systems
# that every container has. Then becomes a user without privileges who may still read every file, because on this
# machine the interpreter may be in a home folder; a container needs no such right.
CONFINED = f"""
mount --bind "$1" /mnt && mount -o remount,bind,ro /mnt && mount -o remount,bind,ro /
mount -t tmpfs tmpfs /dev/shm && mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && cd /mnt && shift
rights=-all,+dac_read_search
exec setpriv --reuid {STRANGER} --regid {STRANGER} --clear-groups --no-new-privs \\
    --inh-caps=$rights --ambient-caps=$rights --bounding-set=$rights -- "$@"
"""


def instructions(name):
    """The arguments of an instruction of the Dockerfile, one entry for each line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return [line.split(maxsplit=1)[1] for line in text.splitlines() if line.startswith(name + " ")]


def requirements_of(path):
    """The Requirements of a file, each with the sha256 sums that follow it."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", "")
    for line in text.splitlines():
        requirement, *sums = line.split("--hash=sha256:")
        yield Requirement(requirement), [each.strip() for each in sums]


def test_the_lock_satisfies_the_requirements_on_every_machine_that_runs_a_container():
    locked = list(requirements_of(ROOT / "requirements.lock"))
    for python, machine in (("3.11", "x86_64"), ("3.13", "x86_64"), ("3.13", "aarch64")):
        place = default_environment() | {"python_version": python, "python_full_version": f"{python}.9"}
        place |= {"platform_machine": machine, "platform_system": "Linux", "sys_platform": "linux"}
        versions = {}
        for requirement, _ in locked:
            if requirement.marker is None or requirement.marker.evaluate(place):
                assert requirement.name not in versions
                [pin] = requirement.specifier
                assert pin.operator == "=="
                versions[requirement.name] = pin.version
        for wanted, _ in requirements_of(ROOT / "requirements.txt"):
            assert wanted.specifier.contains(versions[wanted.name]), wanted


def test_the_lock_holds_sums_of_all_and_names_no_place_to_fetch_from():
    for requirement, sums in requirements_of(ROOT / "requirements.lock"):
        assert sums, requirement
        assert all(re.fullmatch("[0-9a-f]{64}", each) for each in sums)
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_all_that_comes_from_others_has_its_licence_beside_it():
    files = sorted(path.name for path in (ROOT / "static" / "vendor").iterdir())
    licences = [name for name in files if name.endswith(".LICENSE.txt")]
    assert len(licences) > 2
    for name in set(files) - set(licences):
        [licence] = [each for each in licences if name.startswith(each.removesuffix(".LICENSE.txt"))]
        assert "copyright" in (ROOT / "static" / "vendor" / licence).read_text(encoding="utf-8").lower()


def test_the_container_installs_by_sum_and_is_nobody():
    [install] = [command for command in instructions("RUN") if "install" in command]
    assert "--require-hashes" in install
    assert instructions("USER") == [f"{STRANGER}:{STRANGER}"]
    service = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8").split("services:")[0]
    assert "read_only: true" in service
    assert f'user: "{STRANGER}:{STRANGER}"' in service


@contextmanager
def contained(folder):
    """The site with the Dockerfile's files and command, confined as in a container: (process, address)."""
    for copied in instructions("COPY"):
        *sources, target = copied.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, folder / target)
    port = free_port()
    [command] = [json.loads(text) for text in instructions("CMD") if "gunicorn" in text]
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in command]
    outer = ["unshare", "--mount", "sh", "-ec", CONFINED, "sh", str(folder)]
    environment = {"PATH": os.environ["PATH"], "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen([*outer, sys.executable, "-m", *command], env=environment) as process:
        try:
            until(lambda: process.poll() is not None or get(f"http://127.0.0.1:{port}/readyz") == 200)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def can_confine():
    """Whether this machine allows new mounts and a change of the user."""
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    probe = ["unshare", "--mount", "sh", "-ec", CONFINED, "sh", "/srv", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_confine(), reason="needs Linux and the right to mount and to become another user")
def test_the_site_serves_as_a_stranger_where_nothing_can_be_written(tmp_path, photo):
    with contained(tmp_path) as (process, url):
        assert process.poll() is None
        worker = worker_of(process)
        seen = Path(f"/proc/{worker}")
        assert f"Uid:\t{STRANGER}\t{STRANGER}" in (seen / "status").read_text()
        mounts = {line.split()[4]: line.split()[5] for line in (seen / "mountinfo").read_text().splitlines()}
        assert all(mounts[path].startswith("ro,") for path in ("/", "/mnt", "/tmp"))
        reply = requests.post(f"{url}/api/v1/analyse", files={"photo": ("me.jpg", photo)}, timeout=20)
        assert reply.json()["faces"][0]["emotion"] == "happy"
        with connect(url) as client:
            assert client.call("frame", (photo, {"seq": 7}), timeout=20)["seq"] == 7
        assert requests.get(url, timeout=20).ok
        assert list((seen / "root/dev/shm").iterdir()) == []


def test_litert_is_the_one_whose_sums_are_told():
    vendor = ROOT / "static" / "vendor"
    told = dict(re.findall(r"^  ([0-9a-f]{64})  (\S+)", (vendor / "litert-2.5.3.LICENSE.txt").read_text(), re.M))
    told = {name: digest for digest, name in told.items()}
    for build, original in (("plain", "litert_wasm_internal.wasm"), ("compat", "litert_wasm_compat_internal.wasm")):
        packed = (vendor / f"litert-2.5.3.{build}.wasm.gz").read_bytes()
        assert hashlib.sha256(gzip.decompress(packed)).hexdigest() == told[original]
    for path in vendor.glob("litert-2.5.3.*[!t]"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == told[path.name]
