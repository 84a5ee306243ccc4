"""Folders that an ordinary user cannot enter, opened for the processes of one mount namespace.

The interpreter of whoever runs these tests as root may lie below /root. An ordinary user of that
machine could not run it at all; the worlds of ordinary users need it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from logitlab.sandbox.child import linux


def open_to_all(needed: Sequence[str]) -> None:
    """Move to a mount namespace in which everybody can enter the folders `needed`.

    In the place of a closed folder above them there is an empty one, with them bound in it.
    """
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    paths = {os.path.realpath(path) for path in needed}
    for closed in sorted({top for path in paths if (top := _closed(path))}):
        below = [path for path in sorted(paths) if path.startswith(closed + "/")]
        places = {path: os.open(path, os.O_PATH) for path in below}
        linux.mount("tmpfs", closed, "tmpfs", 0, "mode=755,size=1m")
        for path, place in places.items():
            if not os.path.exists(path):  # else it is seen through one that was bound before
                os.makedirs(path)
                linux.mount(f"/proc/self/fd/{place}", path, None, linux.MS_BIND | linux.MS_REC)
            os.close(place)


def _closed(path: str) -> str | None:
    """The topmost folder on the way to `path` that not everybody may enter."""
    for folder in [*reversed(Path(path).parents), Path(path)]:
        if not folder.stat().st_mode & 0o001:
            return str(folder)
    return None
