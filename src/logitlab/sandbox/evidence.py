"""Evidence: what a run did, in plain frozen data. All that `run` returns, and all it claims.

    Evidence             one submission
    └── Run…             one seed, each in a child of its own
        ├── Statement…   what each top-level statement showed, bound and raised
        └── Called…      what each call returned, or raised, and its inputs after it

What the child says of itself is inside statements and calls; the status, the seconds and the
memory of a run are measured outside.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from logitlab.sandbox.facts import Facts
from logitlab.sandbox.frames import Cause, Place, Remark
from logitlab.sandbox.values import Value

Status = Literal[
    "sandbox_error", "forbidden", "out_of_memory", "timeout", "crashed", "unreadable", "finished"
]
STATUSES: tuple[Status, ...] = get_args(Status)  # worst first
_REFUSALS = frozenset(
    {errno.EPERM, errno.EACCES, errno.EROFS, errno.EFBIG, errno.ENOSPC, errno.EMFILE, errno.EAGAIN}
)


@dataclass(frozen=True)
class Error:
    """An exception, or what else ended a run: of `type`, with the submission's own lines.

    `places` go from the outermost to the innermost line; the last is where it was raised.
    """

    type: str
    message: str
    types: tuple[str, ...] = ()  # its classes, most special first
    errno: int | None = None
    places: tuple[Place, ...] = ()
    causes: tuple[Cause, ...] = ()
    cell: int | None = None
    line: int | None = None
    column: int | None = None

    @property
    def status(self) -> Status:
        """What a run is that this exception ended."""
        chain = [(self.types, self.errno, self.message)]
        chain += [(tuple(cause.types), cause.errno, cause.message) for cause in self.causes]
        if any(_is_refusal(*link) for link in chain):
            return "forbidden"
        if any(_is_memory(*link) for link in chain):
            return "out_of_memory"
        return "crashed"


def _is_refusal(types: tuple[str, ...], number: int | None, message: str) -> bool:
    refused = "OSError" in types and (number in _REFUSALS or "gaierror" in types)
    return refused or ("RuntimeError" in types and "can't start new thread" in message)


def _is_memory(types: tuple[str, ...], number: int | None, message: str) -> bool:
    torch_failed = "RuntimeError" in types and "can't allocate memory" in message
    system_failed = "OSError" in types and number == errno.ENOMEM
    return "MemoryError" in types or torch_failed or system_failed


@dataclass(frozen=True)
class Shown:
    """Objects given to `print`, or displayed at the end of a cell, and their text."""

    how: Literal["print", "display"]
    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Locals:
    """The local names of one of the submission's own functions, as it returned or raised."""

    function: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Use:
    """A use of a name on the watch list, at a line of the submission where one is known."""

    name: str
    line: int | None


@dataclass(frozen=True)
class Statement:
    """One top-level statement. `finished` is false where it was cut short with its process."""

    cell: int
    line: int
    end_line: int
    stdout: str
    stderr: str
    shown: tuple[Shown, ...]
    bound: Mapping[str, Value]
    locals: tuple[Locals, ...]
    uses: tuple[Use, ...]
    error: Error | None
    finished: bool
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True)
class Called:
    """One call: its result or the exception, and its inputs as they were after it."""

    index: int
    result: Value | None
    error: Error | None
    arguments: tuple[Value, ...]
    keywords: Mapping[str, Value]
    stdout: str
    stderr: str
    uses: tuple[Use, ...]
    finished: bool
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True)
class Seeding:
    """The submission seeded a generator: the sandbox salted it with the run's seed."""

    what: str
    value: int | str | None


@dataclass(frozen=True)
class Source:
    """How the submission was read: as a plain script or as cells, with what was skipped."""

    format: Literal["script", "percent", "notebook"]
    cells: tuple[tuple[str, int], ...]  # kind and first line of each
    remarks: tuple[Remark, ...]
    facts: Facts


@dataclass(frozen=True)
class Run:
    """One run of a submission with one seed.

    `wall_seconds`, `cpu_seconds` and `peak_memory_bytes` (on top of torch) are the kernel's word.
    `output` is what went to descriptors 1 and 2 past Python.
    """

    seed: int
    status: Status
    error: Error | None
    source: Source | None
    statements: tuple[Statement, ...]
    calls: tuple[Called, ...]
    seedings: tuple[Seeding, ...]
    output: str
    dropped: bool
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int

    @property
    def stdout(self) -> str:
        return "".join(statement.stdout for statement in self.statements)

    @property
    def stderr(self) -> str:
        return "".join(statement.stderr for statement in self.statements)


@dataclass(frozen=True)
class Evidence:
    """What a submission did, seed by seed, at an isolation `level`.

    `sha256` and `level` are None where it could not even be opened, and nothing was run.
    """

    name: str
    sha256: str | None
    level: Literal["full", "landlock", "process"] | None
    runs: tuple[Run, ...]

    @property
    def worst_run(self) -> Run:
        """The first of the runs that ended worst."""
        return min(self.runs, key=lambda run: STATUSES.index(run.status))

    @property
    def status(self) -> Status:
        """The worst of the runs' statuses."""
        return self.worst_run.status
