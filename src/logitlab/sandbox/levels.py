"""Levels of isolation: which walls stand, and what a child may see."""

from __future__ import annotations

import importlib.util
import os
import site
import sys
import sysconfig
from pathlib import Path
from typing import Literal

Level = Literal["full", "landlock", "process"]
WALLS: dict[Level, frozenset[str]] = {
    "full": frozenset({"namespaces", "rlimits", "capabilities", "landlock", "seccomp", "watchdog"}),
    "landlock": frozenset({"rlimits", "capabilities", "landlock", "seccomp", "watchdog"}),
    "process": frozenset({"rlimits", "watchdog"}),
}
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")


def packages() -> list[str]:
    """The folders that Python's packages are imported from, torch's among them."""
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    torch = importlib.util.find_spec("torch")
    if torch is not None and torch.origin is not None:
        folders.append(str(Path(torch.origin).parent.parent))
    return [folder for folder in dict.fromkeys(folders) if folder in sys.path and os.path.isdir(folder)]


def visible() -> list[str]:
    """What a run may read: the interpreter's library, its packages, the system's libraries."""
    own = sysconfig.get_path("stdlib")
    dynamic = os.path.join(own, "lib-dynload")
    library = sysconfig.get_config_var("LIBDIR")
    paths = [own, dynamic, *([library] if library else []), *packages(), *_LIBRARIES]
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]


def masked() -> list[str]:
    """What of the visible a run must not read: this package, wherever it is installed."""
    package = Path(__file__).resolve().parent.parent
    found = [str(package)]
    for folder in packages():
        found += [str(path) for path in Path(folder).glob("*logitlab*")]
    return list(dict.fromkeys(found))
