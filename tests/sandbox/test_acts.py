"""Every forbidden act is done where no wall stands, and the parent does not take a child's word."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

import logitlab
from logitlab.errors import SandboxError
from logitlab.sandbox import acts
from logitlab.sandbox.child.acts import ACTS
from logitlab.sandbox.child.attempts import Targets
from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.launch import Child
from logitlab.sandbox.outcome import Ended

SOURCE = Path(logitlab.__file__).parents[1]
HONEST = """
from child import acts, wire
from child.limits import Limits
request = wire.read(0, 1 << 20)
wire.write(1, acts.attempt(request["acts"], Limits(**request["limits"])))
"""
NAMES = [act.name for act in ACTS]
# An ordinary user is refused these without any wall of ours, or some systems' settings do it.
REFUSED_ANYWAY = {
    *("mount", "enter_namespace", "use_bpf", "gain_capability", "become_root", "make_namespace"),
    *("use_io_uring", "use_userfaultfd", "use_perf", "trace", "read_memory", "raise_limit"),
}


class Bare:
    """A launcher whose children have no walls at all, and run a code of the test's."""

    lost = False

    def __init__(self, code: str) -> None:
        self._code = code
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, limits: Limits) -> Child:
        process = subprocess.Popen(
            [sys.executable, "-c", self._code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=SOURCE / "logitlab" / "sandbox",  # whose package `child` imports no torch by itself
            bufsize=0,
        )
        self._started.append(process)
        pipes = []
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            pipes.append(os.dup(pipe.fileno()))
            pipe.close()
        ended: Future[Ended] = Future()
        ended.set_result(Ended(exit=0))
        return Child(*pipes, ended, lambda cause: process.kill())

    def close(self) -> None:
        for process in self._started:
            process.wait()


@pytest.fixture
def targets() -> Iterator[acts.Range]:
    with acts.Range([str(SOURCE / "logitlab")], []) as targets:
        yield targets


def attempt(targets: acts.Range, code: str, level: str = "process") -> dict[str, acts.Finding]:
    launcher = Bare(code)
    try:
        return {finding.act: finding for finding in targets.attempt(launcher, level)}
    finally:
        launcher.close()


def reply(outcomes: Sequence[dict[str, object]], before: str = "") -> str:
    """A child that answers the request with these outcomes, whatever happened."""
    return f"""
import json, socket, os, signal
from child import wire
targets = wire.read(0, 1 << 20)["acts"]["targets"]
{before}
wire.write(1, {{"kind": "acts", "outcomes": json.loads({json.dumps(outcomes)!r})}})
"""


ALL_REFUSED = [{"act": name, "errno": 1, "found": None} for name in NAMES]


@pytest.fixture(scope="module")
def findings() -> dict[str, acts.Finding]:
    """What comes of the acts where no wall stands."""
    with acts.Range([str(SOURCE / "logitlab")], []) as targets:
        return attempt(targets, HONEST)


class TestWithoutWalls:
    @pytest.mark.parametrize("name", NAMES)
    def test_an_act_is_done(self, findings: dict[str, acts.Finding], name: str) -> None:
        if os.geteuid() == 0 or name not in REFUSED_ANYWAY:
            assert not findings[name].refused, findings[name].how
        assert findings[name].words[0].isupper()
        assert not findings[name].words.endswith(".")

    def test_no_level_would_be_given(self, findings: dict[str, acts.Finding]) -> None:
        for level in ("full", "landlock"):
            assert len(acts.broken(list(findings.values()), level)) >= len(NAMES) // 2
        assert acts.broken(list(findings.values()), "process") == []


class TestWhatTheParentSees:
    def test_a_reply_of_refusals_is_believed_where_nothing_shows_otherwise(
        self, targets: acts.Range
    ) -> None:
        findings = attempt(targets, reply(ALL_REFUSED))
        assert list(findings) == NAMES
        assert all(finding.refused and finding.how == "EPERM" for finding in findings.values())

    @pytest.mark.parametrize(
        ("act", "deed"),
        [
            ("connect", "socket.create_connection(('127.0.0.1', targets['port']))"),
            (
                "connect_locally",
                "socket.socket(socket.AF_UNIX).connect('\\0' + targets['socket'])",
            ),
            ("write_file", "open(targets['folder'] + '/written', 'w').close()"),
            ("signal_process", "os.kill(targets['pid'], signal.SIGUSR1)"),
        ],
    )
    def test_a_deed_that_the_child_denies_is_found(
        self, targets: acts.Range, act: str, deed: str
    ) -> None:
        findings = attempt(targets, reply(ALL_REFUSED, deed))
        assert [name for name, finding in findings.items() if not finding.refused] == [act]

    @pytest.mark.parametrize("level", ["full", "landlock"])
    def test_a_level_is_asked_for_what_it_promises(self, targets: acts.Range, level: str) -> None:
        promised = [act.name for act in ACTS if level in act.levels]
        assert list(attempt(targets, HONEST, level)) == promised
        assert ("fork" in promised) == (level == "landlock")

    def test_an_act_that_is_not_told_of_is_not_refused(self, targets: acts.Range) -> None:
        findings = attempt(targets, reply(ALL_REFUSED[1:]))
        assert [name for name, one in findings.items() if not one.refused] == [NAMES[0]]
        assert findings[NAMES[0]].how == "not told"

    @pytest.mark.parametrize(
        ("number", "refused"),
        [(1, True), (13, True), (2, True), (38, True), (14, False), (22, False)],
    )
    def test_some_errors_mean_that_it_was_allowed(
        self, targets: acts.Range, number: int, refused: bool
    ) -> None:
        outcomes = [{"act": "execute", "errno": number, "found": None}]
        assert attempt(targets, reply(outcomes))["execute"].refused is refused

    @pytest.mark.parametrize(
        "outcomes",
        [
            [{"act": "fork", "errno": "EPERM", "found": None}],
            [{"act": "fork", "errno": 0, "found": None}],
            [{"act": "fork", "errno": 1, "found": None, "refused": True}],
            [{"act": "fork"}],
            ALL_REFUSED * 4,
        ],
    )
    def test_a_reply_of_another_shape_is_no_reply(
        self, targets: acts.Range, outcomes: list[dict[str, object]]
    ) -> None:
        findings = attempt(targets, reply(outcomes))
        assert not any(finding.refused for finding in findings.values())

    @pytest.mark.parametrize(
        "code",
        ["", "print('{}')", reply(ALL_REFUSED) + "wire.write(1, {})", "raise SystemExit(3)"],
        ids=["silent", "no frame", "two frames", "exit"],
    )
    def test_a_child_that_does_not_answer_has_refused_nothing(
        self, targets: acts.Range, code: str
    ) -> None:
        findings = attempt(targets, code)
        assert not any(finding.refused for finding in findings.values())
        assert findings["fork"].how.startswith("not told: ")

    def test_walls_that_cannot_be_entered_are_an_error(self, targets: acts.Range) -> None:
        code = """
from child import wire
wire.write(1, {"kind": "sandbox_error", "message": "OSError: no Landlock"})
"""
        with pytest.raises(SandboxError, match="no Landlock"):
            attempt(targets, code)


class TestHome:
    @pytest.mark.parametrize(
        ("names", "refused"), [([], True), ([".local"], True), ([".local", "letters"], False)]
    )
    def test_folders_on_the_way_to_python_tell_nothing(
        self, monkeypatch: pytest.MonkeyPatch, names: list[str], refused: bool
    ) -> None:
        monkeypatch.setenv("HOME", "/somewhere/ada")
        listing = "\n".join(names).encode().hex()
        outcomes = [{"act": "list_home", "errno": None, "found": listing}]
        with acts.Range([], ["/somewhere/ada/.local/lib/python3"]) as targets:
            assert attempt(targets, reply(outcomes))["list_home"].refused is refused


def test_nothing_is_left_behind() -> None:
    told = Path(os.devnull)
    with acts.Range([], []) as targets:
        aims: list[Targets] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                acts, "_ask", lambda launcher, aim, _: aims.append(aim) or acts._Reply([])
            )
            targets.attempt(Bare(""), "full")
        told = Path(aims[0].folder)
        assert told.is_dir()
    assert not told.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(aims[0].pid, 0)
