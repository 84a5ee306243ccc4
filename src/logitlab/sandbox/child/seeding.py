"""Random numbers that differ from run to run, although the learner seeded.

Each generator that the learner seeds is seeded again, by a mixture of the run's seed and the
learner's. Within a run the same seed gives the same numbers; in runs with different seeds, it gives
different ones, so that numbers typed in can be told from numbers drawn. A whole state that is set
(`torch.set_rng_state`) and what the operating system gives (`os.urandom`) are left alone.

    torch.Generator      manual_seed, which torch.manual_seed calls for the default generator;
                         a new one, whose seed would be the same in every process
    random.Random        seed, which random.seed and the class itself call
    numpy.random         SeedSequence, from which default_rng and every bit generator start, and
                         MT19937's legacy seeding, from which RandomState and numpy.random.seed do

NumPy is salted if `numpy.random` is loaded; the warm-up loads it where it is installed.
"""

from __future__ import annotations

import _random
import ctypes
import hashlib
import random
import sys
from collections.abc import Callable
from typing import Any, Final

import torch

Note = Callable[[str, int | None], None]

MOST_NOTES: Final = 100

_IMMUTABLE: Final = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE
_FLAGS_OFFSET: Final = object.__basicsize__ + 19 * ctypes.sizeof(ctypes.c_void_p)  # of tp_flags


def install(seed: int, note: Note) -> None:
    """Seed every generator from `seed`, and salt what the learner will seed.

    `note` is called with what was called and the seed given (None where it is not an integer of
    at most 64 bits): once for each pair, and for at most `MOST_NOTES` of them.

    Raises:
        RuntimeError: this Python keeps its types in another way than CPython does.
    """
    once = _once(note)
    _salt_torch(seed, once)
    _salt_random(seed, once)
    if "numpy.random" in sys.modules:
        _salt_numpy(seed, once)


def salted(seed: int, given: int) -> int:
    """The seed of 63 bits to use where the learner gave `given` in the run of `seed`.

    >>> salted(1, 42) == salted(1, 42), salted(1, 42) == salted(2, 42)
    (True, False)
    """
    digest = hashlib.blake2b(f"{seed} {given}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _once(note: Note) -> Note:
    noted: set[tuple[str, int | None]] = set()

    def note_once(what: str, value: int | None) -> None:
        if (what, value) not in noted and len(noted) < MOST_NOTES:
            noted.add((what, value))
            note(what, value)

    return note_once


def _salt_torch(seed: int, note: Note) -> None:
    manual_seed = torch.Generator.manual_seed
    initial_seed = torch.Generator.initial_seed
    default = torch.default_generator
    given: dict[int, int] = {}  # by the seed used instead

    def use(generator: torch.Generator) -> torch.Generator:
        known = initial_seed(generator)
        used = salted(seed, known)
        given[used] = known
        return manual_seed(generator, used)

    def salted_manual_seed(self: torch.Generator, value: int, /) -> torch.Generator:
        manual_seed(self, value)  # first as asked for, with torch's own errors
        what = "torch.manual_seed" if self is default else "torch.Generator.manual_seed"
        note(what, _plain(value))
        return use(self)

    def given_initial_seed(self: torch.Generator) -> int:
        used = initial_seed(self)
        return given.get(used, used)  # so that a learner who prints it finds the own number

    def salted_init(self: torch.Generator, *args: Any, **kwargs: Any) -> None:
        use(self)

    _patch(torch.Generator, "manual_seed", salted_manual_seed)
    _patch(torch.Generator, "initial_seed", given_initial_seed)
    _patch(torch.Generator, "__init__", salted_init)
    manual_seed(default, salted(seed, 0))


def _salt_random(seed: int, note: Note) -> None:
    original = random.Random.seed
    shared: random.Random = random._inst

    def salted_seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        original(self, a, version)
        if a is not None:
            note("random.seed" if self is shared else "random.Random", _plain(a))
            original(self, salted(seed, _random.Random.getrandbits(self, 64)))

    random.Random.seed = salted_seed  # type: ignore[method-assign]
    random.seed = shared.seed
    original(shared, salted(seed, 0))


def _salt_numpy(seed: int, note: Note) -> None:
    numpy_random = sys.modules["numpy.random"]
    sequence_init = numpy_random.SeedSequence.__init__
    legacy_seeding = numpy_random.MT19937._legacy_seeding
    shared = numpy_random.mtrand._rand._bit_generator
    salt = _words(salted(seed, 0))

    def salted_init(self: Any, entropy: Any = None, *, spawn_key: Any = (), **options: Any) -> None:
        key = tuple(spawn_key)
        if entropy is not None and key[: len(salt)] != salt:  # a spawned one has its parent's salt
            sequence_init(self, entropy, spawn_key=key, **options)
            note("numpy.random", _plain(entropy))
            key = salt + key
        sequence_init(self, entropy, spawn_key=key, **options)

    def salted_legacy_seeding(self: Any, value: Any, /) -> None:
        legacy_seeding(self, value)
        if value is not None:
            what = "numpy.random.seed" if self is shared else "numpy.random.RandomState"
            note(what, _plain(value))
            legacy_seeding(self, _words(salted(seed, self.random_raw())))

    _patch(numpy_random.SeedSequence, "__init__", salted_init)
    _patch(numpy_random.MT19937, "_legacy_seeding", salted_legacy_seeding)
    legacy_seeding(shared, salt)


def _words(seed: int) -> tuple[int, int]:
    return seed >> 32, seed & 0xFFFF_FFFF


def _plain(seed: object) -> int | None:
    """The seed as evidence tells it."""
    return seed if type(seed) is int and abs(seed) < 1 << 64 else None


def _patch(type_: type, name: str, value: object) -> None:
    """Set an attribute of a type that C defined, for all its instances.

    A subclass would not do: the default generators, and what C code makes by itself, are of the
    type itself. Such a type refuses attributes by one flag, which is taken away for a moment.
    """
    flags = ctypes.c_ulong.from_address(id(type_) + _FLAGS_OFFSET)
    if flags.value != type_.__flags__:
        raise RuntimeError(f"no flags found in {type_.__name__}: is this not CPython?")
    immutable = flags.value & _IMMUTABLE
    flags.value &= ~_IMMUTABLE
    try:
        setattr(type_, name, value)
    finally:
        flags.value |= immutable
