"""What the doctor's finding looks like, in the terminal and as JSON."""

import json
from collections.abc import Callable

import pytest

from logitlab.sandbox.acts import Finding
from logitlab.sandbox.doctor import Diagnosis
from logitlab.sandbox.levels import Trial
from logitlab.sandbox.machine import Machine
from logitlab.views import doctor as view

Printer = Callable[..., str]

PROMISED = ("full", "landlock")
REFUSED = (
    Finding("read_file", "Read a file of yours", PROMISED, True, "not there"),
    Finding("fork", "Start a process", ("landlock",), False, "done"),
)
BROKEN = (
    Finding("read_file", "Read a file of yours", PROMISED, False, "done"),
    Finding("fork", "Start a process", ("landlock",), True, "EPERM"),
)
HERE = Machine(
    system="linux",
    kernel="6.8.0",
    architecture="x86_64",
    root=False,
    administrator=False,
    container="docker",
    landlock_abi=4,
    seccomp=True,
    user_namespaces=True,
    proc_is_masked=False,
    sysctls={"user.max_user_namespaces": 0, "kernel.unprivileged_userns_clone": None},
)
GOOD = Trial("full", None, findings=REFUSED)
NONE = Trial("landlock", "no Landlock", "boot with lsm=landlock")
BAD = Trial("landlock", "not refused: reading", "report it", BROKEN)
OWN = Trial("process", None)


def diagnosis(*trials: Trial) -> Diagnosis:
    return Diagnosis(trials, HERE, {"torch": "2.13.0", "numpy": None})


class TestTerminal:
    def test_the_level_comes_first(self, printed: Printer) -> None:
        text = printed(view.terminal(diagnosis(GOOD, NONE, OWN)))
        assert text.startswith("level in force: full — a stranger's code can be run\n")

    def test_every_obstacle_with_its_remedy(self, printed: Printer) -> None:
        text = printed(view.terminal(diagnosis(GOOD, NONE, OWN)))
        assert "✗ landlock: no Landlock\n  to reach it: boot with lsm=landlock\n" in text
        assert "✗ full" not in text

    def test_each_act_at_each_level_that_was_tried(self, printed: Printer) -> None:
        text = printed(view.terminal(diagnosis(GOOD, BAD, OWN)))
        lines = [" ".join(line.split()) for line in text.splitlines()]
        assert "full landlock" in lines
        assert "Read a file of yours ✓ not there ✗ done" in lines
        assert "Start a process · done ✓ EPERM" in lines

    def test_an_act_that_was_not_attempted_is_blank(self, printed: Printer) -> None:
        text = printed(view.terminal(diagnosis(Trial("full", None, findings=REFUSED[:1]), BAD)))
        assert "Start a process ✓ EPERM" in [" ".join(line.split()) for line in text.splitlines()]

    def test_without_any_act_there_is_no_table(self, printed: Printer) -> None:
        text = printed(view.terminal(diagnosis(NONE)))
        assert "level in force: none — nothing can be run here" in text
        assert "What a submission tried" not in text

    def test_the_machine(self, printed: Printer) -> None:
        text = printed(view.terminal(diagnosis(GOOD)))
        lines = [" ".join(line.split()) for line in text.splitlines()]
        for row in (
            "system linux 6.8.0, x86_64",
            "user an ordinary user",
            "container docker",
            "Landlock ABI 4",
            "user.max_user_namespaces 0",
            "kernel.unprivileged_userns_clone –",
            "torch 2.13.0",
            "numpy not installed",
        ):
            assert row in lines

    @pytest.mark.parametrize("width", [60, 80, 200])
    def test_it_fits(self, printed: Printer, width: int) -> None:
        text = printed(view.terminal(diagnosis(GOOD, BAD, OWN)), width=width)
        assert max(map(len, text.splitlines())) <= width


class TestDocument:
    def test_it_is_strict_json_with_every_act(self) -> None:
        found = view.document(diagnosis(GOOD, BAD, OWN))
        document = json.loads(json.dumps(found, allow_nan=False))
        assert (document["format"], document["version"]) == ("logitlab/doctor", 1)
        assert (document["level"], document["remedy"]) == ("full", None)
        full, landlock, process = document["levels"]
        assert (full["given"], landlock["given"], process["given"]) == (True, False, True)
        assert (full["remedy"], landlock["remedy"]) == (None, "report it")
        assert full["acts"][1] == {
            "act": "fork",
            "words": "Start a process",
            "promised": False,
            "refused": False,
            "how": "done",
        }
        assert landlock["acts"][0]["promised"] is True
        assert document["machine"]["sysctls"]["user.max_user_namespaces"] == 0
        assert document["versions"] == {"torch": "2.13.0", "numpy": None}

    def test_nothing_in_force_is_null(self) -> None:
        document = view.document(diagnosis(NONE))
        assert (document["level"], document["remedy"]) == (None, "boot with lsm=landlock")
