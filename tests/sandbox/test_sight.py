"""What a run may see: everything of Python's, nothing of logitlab's, and no submission."""

import os
from pathlib import Path

import pytest

import logitlab
from logitlab.errors import SandboxError
from logitlab.sandbox import sight


def test_torch_and_the_standard_library_are_visible() -> None:
    import torch

    for module in (torch, os):
        assert any(Path(str(module.__file__)).is_relative_to(path) for path in sight.visible())


def test_the_package_is_masked_wherever_its_sources_lie() -> None:
    assert os.path.realpath(logitlab.__path__[0]) in sight.masked()


def test_metadata_and_links_of_an_installation_are_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("logitlab", "logitlab-1.0.dist-info", "__editable___logitlab_finder.py", "torch")
    for name in names:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sight, "packages", lambda: [str(tmp_path)])
    masked = sight.masked()
    assert [name for name in names if str(tmp_path / name) in masked] == list(names[:3])


def test_what_is_visible_by_two_names_is_masked_by_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "usr" / "lib" / "python3" / "logitlab"
    package.mkdir(parents=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    monkeypatch.setattr(logitlab, "__path__", [str(package)])
    seen = [str(tmp_path / "lib"), str(tmp_path / "usr" / "lib")]
    monkeypatch.setattr(sight, "visible", lambda: seen)
    masked = sight.masked()
    assert str(package) in masked
    assert str(tmp_path / "lib" / "python3" / "logitlab") in masked


def test_every_folder_of_a_package_in_several_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "a" / "logitlab", tmp_path / "b" / "logitlab"]
    for folder in folders:
        folder.mkdir(parents=True)
    monkeypatch.setattr(logitlab, "__path__", list(map(str, folders)))
    assert {str(folder) for folder in folders} <= set(sight.masked())


def test_an_archive_cannot_be_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logitlab, "__path__", [str(tmp_path / "all.zip" / "logitlab")])
    with pytest.raises(SandboxError, match="expected folders, which can be hidden"):
        sight.masked()


class TestSubmissions:
    @pytest.fixture
    def visible(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "site-packages"
        folder.mkdir()
        monkeypatch.setattr(sight, "visible", lambda: [str(folder)])
        return folder

    def test_one_outside_is_fine(self, visible: Path, tmp_path: Path) -> None:
        sight.check_outside(tmp_path / "site-packages-of-mine" / "a.py")

    def test_one_that_all_could_read_is_refused(self, visible: Path) -> None:
        with pytest.raises(SandboxError, match="which every submission can read"):
            sight.check_outside(visible / "submissions" / "a.py")

    def test_a_link_is_followed(self, visible: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(visible)
        with pytest.raises(SandboxError, match="the submission"):
            sight.check_outside(tmp_path / "link" / "a.py")

    def test_the_masked_is_not_visible(
        self, visible: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (visible / "logitlab").mkdir()
        monkeypatch.setattr(logitlab, "__path__", [str(visible / "logitlab")])
        sight.check_outside(visible / "logitlab" / "solution.py")


class TestReadableByOthers:
    @pytest.fixture
    def library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Open as far as it is of this test's making; its parents are not looked at."""
        folder = tmp_path / "home" / "python"
        folder.mkdir(parents=True)
        for place in (folder, folder.parent):
            place.chmod(0o755)
        monkeypatch.setattr(sight, "visible", lambda: [str(folder)])
        return folder

    def test_a_closed_library_is_refused(self, library: Path) -> None:
        library.chmod(0o750)
        with pytest.raises(SandboxError, match="which others than root cannot read"):
            sight.check_readable_by_others(along_the_way=False)

    def test_a_closed_folder_above_matters_without_a_private_root_only(self, library: Path) -> None:
        library.parent.chmod(0o700)
        sight.check_readable_by_others(along_the_way=False)
        with pytest.raises(SandboxError, match=f"{library.parent} keeps them out"):
            sight.check_readable_by_others(along_the_way=True)
