"""What a run may read: Python, its packages and the system's libraries, and nothing of logitlab."""

from __future__ import annotations

import importlib.util
import os
import site
import stat
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import logitlab
from logitlab.errors import SandboxError

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")


def packages() -> list[str]:
    """The folders that Python's packages are imported from, torch's among them."""
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    torch = importlib.util.find_spec("torch")
    if torch is not None and torch.origin is not None:
        folders.append(str(Path(torch.origin).parent.parent))
    return [
        folder for folder in dict.fromkeys(folders) if folder in sys.path and os.path.isdir(folder)
    ]


def visible() -> list[str]:
    """What a run may read: the interpreter's library, its packages, the system's libraries."""
    own = sysconfig.get_path("stdlib")
    dynamic = os.path.join(own, "lib-dynload")
    library = sysconfig.get_config_var("LIBDIR")
    paths = [own, dynamic, *([library] if library else []), *packages(), *_LIBRARIES]
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]


def masked() -> list[str]:
    """What of the visible a run must not read: this package, wherever and however installed.

    An installed one lies in the packages' folder with its metadata; an editable one elsewhere,
    with a file or finder that names it. A folder that is visible by two names hides it by both.

    Raises SandboxError where the package is not in folders that can be hidden (in a zip archive).
    """
    sources = [str(folder) for folder in logitlab.__path__]
    if not all(map(os.path.isdir, sources)):
        raise SandboxError(
            "logitlab itself",
            got=f"installed in {', '.join(sources)}",
            expected="folders, which can be hidden from a submission",
            hint="install it with pip, not as an archive",
        )
    found = [os.path.realpath(source) for source in sources]
    for folder in packages():
        found += [str(path) for path in Path(folder).glob("*logitlab*")]
    return list(dict.fromkeys([*found, *_aliases(found, visible())]))


def _aliases(paths: Iterable[str], folders: Iterable[str]) -> Iterable[str]:
    """The names of `paths` below `folders`, where these are links (as /lib is to /usr/lib)."""
    real = {folder: os.path.realpath(folder) for folder in folders}
    for path in map(os.path.realpath, paths):
        for folder, target in real.items():
            if _is_below(path, target):
                yield os.path.normpath(os.path.join(folder, os.path.relpath(path, target)))


def check_outside(path: str | os.PathLike[str]) -> None:
    """Raises SandboxError if `path` lies in what is visible: any submission could read it."""
    real = os.path.realpath(path)
    hidden = [os.path.realpath(one) for one in masked()]
    for folder in map(os.path.realpath, visible()):
        if _is_below(real, folder) and not any(_is_below(real, one) for one in hidden):
            raise SandboxError(
                "the submission",
                got=f"{os.fspath(path)}, in {folder}, which every submission can read",
                expected="a file outside of Python's packages and the system's libraries",
                hint="move the submissions to a folder of their own",
            )


def check_readable_by_others(*, along_the_way: bool) -> None:
    """Raises SandboxError if user 65534, whom a real root becomes, cannot read what is visible.

    `along_the_way` says that the folders above are in force too: a private root makes its own.
    """
    for path in visible():
        real = Path(os.path.realpath(path))
        for place in (real, *(real.parents if along_the_way else ())):
            if not _is_open(place, listed=place == real):
                raise SandboxError(
                    "the interpreter",
                    got=f"{path}, which others than root cannot read: {place} keeps them out",
                    expected="Python and its packages where every user can read them",
                    hint="run as an ordinary user, or install Python outside of that folder",
                )


def _is_open(place: Path, *, listed: bool) -> bool:
    mode = place.stat().st_mode
    needed = stat.S_IROTH if listed else 0
    if stat.S_ISDIR(mode):
        needed |= stat.S_IXOTH
    return mode & needed == needed


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
