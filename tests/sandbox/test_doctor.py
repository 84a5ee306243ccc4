"""What the doctor concludes from what each level met, and that it finds the same as a Runner."""

import pytest

from logitlab.sandbox import doctor, levels, machine
from logitlab.sandbox.doctor import Diagnosis
from logitlab.sandbox.levels import Trial

MET = {"full": "no namespaces", "landlock": "no Landlock", "process": "no programs"}


def diagnosis(*missing: str) -> Diagnosis:
    trials = tuple(
        Trial(level, MET[level], f"get {level}") if level in missing else Trial(level, None)
        for level in levels.LEVELS
    )
    return Diagnosis(trials, machine.examine(), {})


@pytest.mark.parametrize(
    ("missing", "level", "remedy"),
    [
        ((), "full", None),
        (("landlock",), "full", None),
        (("full",), "landlock", "get full"),
        (("full", "landlock"), "process", "get landlock"),
        (("full", "landlock", "process"), None, "get process"),
    ],
)
def test_the_level_in_force_and_the_way_to_the_next(
    missing: tuple[str, ...], level: str | None, remedy: str | None
) -> None:
    found = diagnosis(*missing)
    assert (found.level, found.remedy) == (level, remedy)


def test_every_level_is_really_tried() -> None:
    found = doctor.diagnose()
    assert [trial.level for trial in found.trials] == list(levels.LEVELS)
    level, launcher = levels.strongest("process")
    launcher.close()
    assert found.level == level
    for trial in found.trials:
        promised = [act for act in trial.findings if trial.level in act.levels]
        assert trial.obstacle is not None or all(act.refused for act in promised)
    process = {act.act: act for act in found.trials[-1].findings}
    assert not process["read_file"].refused  # and so the others' refusal means something
    assert found.versions["torch"] is not None


def test_a_package_that_is_not_there_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_PACKAGES", ("torch", "no-such-package"))
    assert doctor._versions()["no-such-package"] is None
