"""Which level is given: the strongest that keeps all its promises, on kernels that give less.

Run as a script, with a user's number, this module takes namespaces away from itself, and then
Landlock, and prints after each what level was given and why no better one.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from logitlab.errors import SandboxError
from logitlab.sandbox import acts, levels, sight
from logitlab.sandbox.child import linux, seccomp
from tests.hostile.opened import open_to_all
from tests.sandbox.forked import ROOT, UIDS

TAKEN = ((), ("unshare",), ("landlock_create_ruleset",), ("execve",))


def become(uid: int) -> None:
    """Be a user who can read the interpreter, wherever it is."""
    if os.geteuid() == 0:
        needed = [*sight.visible(), sys.base_prefix, sys.prefix, str(ROOT)]
        open_to_all([path for path in needed if os.path.isdir(path)])
    if uid != os.geteuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)


def given(weakest: levels.Level) -> dict[str, str]:
    try:
        level, launcher = levels.strongest(weakest)
    except SandboxError as error:
        return {"refused": str(error)}
    launcher.close()
    return {"level": level}


def main(uid: int) -> None:
    become(uid)
    told = []
    for calls in TAKEN:
        seccomp.load(seccomp.refusing(calls))
        told.append([given("process"), given("landlock")])
    print(json.dumps(told))


class TestPoorerKernels:
    """What a machine gives, and then without namespaces, without Landlock, without programs."""

    @pytest.fixture(scope="class", params=UIDS)
    @classmethod
    def told(cls, request: pytest.FixtureRequest) -> list[list[dict[str, str]]]:
        run = subprocess.run(
            [sys.executable, "-m", "tests.sandbox.test_levels", str(request.param)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    def test_with_everything_it_is_full(self, told: list[list[dict[str, str]]]) -> None:
        assert told[0] == [{"level": "full"}, {"level": "full"}]

    def test_without_namespaces_it_is_landlock(self, told: list[list[dict[str, str]]]) -> None:
        assert told[1] == [{"level": "landlock"}, {"level": "landlock"}]

    def test_without_landlock_it_is_process(self, told: list[list[dict[str, str]]]) -> None:
        process, refused = told[2]
        assert process == {"level": "process"}
        reason = refused["refused"]
        assert "full: PermissionError: [Errno 1] unshare" in reason
        assert "landlock: PermissionError: [Errno 1] landlock_create_ruleset" in reason
        assert "for landlock: switch Landlock on" in reason

    def test_without_programs_nothing_is_given(self, told: list[list[dict[str, str]]]) -> None:
        refused, _ = told[3]
        assert "process: [Errno 1] Operation not permitted" in refused["refused"]


class TestPromises:
    @pytest.mark.parametrize(
        ("wall", "told"),
        [
            ("seccomp", "“Use the kernel's keyrings”: done"),
            ("rlimits", "“Allocate twice the memory limit”: done"),
        ],
    )
    def test_a_level_without_one_of_its_walls_is_not_given(
        self, monkeypatch: pytest.MonkeyPatch, wall: str, told: str
    ) -> None:
        monkeypatch.setitem(levels.WALLS, "full", levels.WALLS["full"] - {wall})
        trial, launcher = levels.try_level("full")
        assert launcher is None
        assert trial.obstacle is not None
        assert told in trial.obstacle
        assert "Read a file of yours" not in trial.obstacle

    def test_a_level_in_which_the_package_can_be_read_is_not_given(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visible = levels.visible()
        package = sight.masked()[0]
        monkeypatch.setattr(levels, "visible", lambda: [*visible, package])
        monkeypatch.setattr(levels, "launch", _unmasked)
        trial, launcher = levels.try_level("full")
        assert launcher is None
        assert trial.obstacle == "not refused: “Read logitlab's checks and solutions”: done"

    def test_a_package_that_is_visible_by_two_names_is_hidden_by_both(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = Path(sight.masked()[0]).parent
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:  # /tmp is a run's own
            alias = Path(folder) / "alias"
            alias.symlink_to(source)
            paths = [*levels.visible(), str(source), str(alias)]
            for module in (sight, levels):
                monkeypatch.setattr(module, "visible", lambda: paths)
            with acts.Range([str(alias / "logitlab")], paths) as targets:
                launcher = levels.launch("full")
                findings = targets.attempt(launcher, "full")
                launcher.close()
        assert acts.broken(findings, "full") == []

    def test_the_next_level_is_tried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(levels.WALLS, "full", levels.WALLS["full"] - {"rlimits"})
        with pytest.raises(SandboxError, match="full: not refused: “Allocate twice"):
            levels.strongest("full")


def _unmasked(level: levels.Level) -> levels.Zygote:
    return levels.Zygote(levels.WALLS[level], levels.visible(), [])


class TestElsewhere:
    @pytest.mark.parametrize("system", ["darwin", "win32"])
    def test_without_linux_only_process_can_be_had(
        self, monkeypatch: pytest.MonkeyPatch, system: str
    ) -> None:
        monkeypatch.setattr("sys.platform", system)
        for level in ("full", "landlock"):
            trial, launcher = levels.try_level(level)
            assert launcher is None
            assert trial.obstacle == f"it needs Linux, and this is {system}"
            assert trial.remedy.startswith("use Linux")


if __name__ == "__main__":
    main(int(sys.argv[1]))
