"""The forbidden acts, which levels promise to refuse each, and how a child reports what came of it.

The parent decides what the answers mean (`logitlab.sandbox.acts`), and where it can it looks for
itself.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from . import attempts
from .attempts import Targets
from .limits import Limits

FULL: Final = frozenset({"full"})
LANDLOCK: Final = frozenset({"landlock"})
BOTH: Final = FULL | LANDLOCK

# These say that the act was refused, or that there is nothing to do it with. Any other, EFAULT or
# EINVAL say, means that the kernel would have done it, had the arguments been good ones.
REFUSALS: Final = frozenset(
    {
        *(errno.EPERM, errno.EACCES, errno.EROFS),
        *(errno.ENOENT, errno.ESRCH, errno.ENOSYS, errno.ENODEV, errno.EOPNOTSUPP),
        *(errno.EAGAIN, errno.ENOMEM, errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EMFILE),
        *(errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EAFNOSUPPORT),
    }
)

Attempt = Callable[[Targets, Limits], "bytes | None"]


@dataclass(frozen=True)
class Act:
    """An act, in plain words, and the levels of isolation that promise to refuse it."""

    attempt: Attempt
    levels: Collection[str]

    @property
    def name(self) -> str:
        return self.attempt.__name__

    @property
    def words(self) -> str:
        return (self.attempt.__doc__ or "").rstrip(".")


def attempt(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Attempt the acts of these names at these targets, in the order of `ACTS`.

    Reported of each is the error number, or what came of it as hexadecimal.
    """
    targets = Targets(**request["targets"])
    wanted = [act for act in ACTS if act.name in request["names"]]
    return {"kind": "acts", "outcomes": [_outcome(act, targets, limits) for act in wanted]}


def _outcome(act: Act, targets: Targets, limits: Limits) -> dict[str, Any]:
    number: int | None = None
    found: bytes | None = None
    try:
        found = act.attempt(targets, limits)
    except OSError as error:
        number = error.errno or errno.EINVAL
    except Exception as error:  # not a refusal, whatever it is
        found = repr(error).encode()
    return {"act": act.name, "errno": number, "found": found.hex() if found is not None else None}


# What changes the child itself where it succeeds comes last.
ACTS: Final = (
    Act(attempts.read_file, BOTH),
    Act(attempts.list_folder, BOTH),
    Act(attempts.list_home, BOTH),
    Act(attempts.read_package, BOTH),
    Act(attempts.write_file, BOTH),
    Act(attempts.fill_disk, BOTH),
    Act(attempts.connect, BOTH),
    Act(attempts.connect_locally, BOTH),
    Act(attempts.make_sockets, BOTH),
    Act(attempts.see_processes, BOTH),
    Act(attempts.signal_process, BOTH),
    Act(attempts.read_memory, BOTH),
    Act(attempts.trace, BOTH),
    Act(attempts.allocate, BOTH),
    Act(attempts.thread_beyond, BOTH),
    Act(attempts.fork_beyond, BOTH),
    Act(attempts.fork, LANDLOCK),
    Act(attempts.raise_limit, BOTH),
    Act(attempts.execute, BOTH),
    Act(attempts.mount, BOTH),
    Act(attempts.enter_namespace, BOTH),
    Act(attempts.use_keyring, BOTH),
    Act(attempts.use_bpf, BOTH),
    Act(attempts.use_io_uring, BOTH),
    Act(attempts.use_userfaultfd, BOTH),
    Act(attempts.use_perf, BOTH),
    Act(attempts.make_memory_file, BOTH),
    Act(attempts.gain_capability, BOTH),
    Act(attempts.become_root, BOTH),
    Act(attempts.make_namespace, BOTH),
)
