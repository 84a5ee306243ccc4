"""Attacks by the way that a run ends: each status is the true one, and nothing speaks after it."""

from tests.hostile.attack import BRIEFLY, Attack, everywhere

ATTACKS = (
    Attack("exits at once", "import os; os._exit(0)", everywhere("crashed")),
    Attack("exits with a status", "raise SystemExit(3)"),
    Attack("exits with a message", "import sys; sys.exit('ended')"),
    Attack("exits in peace", "import sys; print(1); sys.exit()\nwon()", "finished"),
    Attack("aborts", "import os; os.abort()"),
    Attack("reads through a null pointer", "import ctypes; ctypes.string_at(0)"),
    Attack("jumps to nowhere", "import ctypes; ctypes.CFUNCTYPE(None)(1)()"),
    Attack(
        "calls itself for ever",
        """
        def again():
            return again()
        again()
        """,
    ),
    Attack(
        "calls itself beyond the stack",
        """
        import sys
        sys.setrecursionlimit(1 << 30)
        class Deep:
            def __getattr__(self, name):
                return getattr(self, name + "x")
        Deep().x
        """,
        limits={"wall_seconds": 5, "memory_bytes": 300 << 20},
    ),
    Attack(
        "raises an exception that fights back",
        """
        class Fighting(Exception):
            def __str__(self):
                raise SystemExit(0)
            __repr__ = __str__
            @property
            def __cause__(self):
                raise SystemExit(0)
            @property
            def __traceback__(self):
                raise SystemExit(0)
        raise Fighting
        """,
    ),
    Attack(
        "raises an exception that is its own cause",
        """
        one, other = ValueError(1), KeyError(2)
        one.__cause__, other.__cause__ = other, one
        raise one
        """,
    ),
    Attack(
        "raises an exception with a huge message",
        "raise ValueError('x' * 50_000_000)",
    ),
    Attack(
        "pretends that the sandbox failed",
        """
        class SandboxError(Exception):
            pass
        raise SandboxError("ours")
        """,
    ),
    Attack("pretends to be out of memory", "raise MemoryError", "out_of_memory"),
    Attack("raises KeyboardInterrupt", "raise KeyboardInterrupt"),
    Attack(
        "kills itself",
        "import os; os.kill(os.getpid(), 15)",
        {"full": "finished", "landlock": "crashed"},
    ),
    Attack(
        "speaks after its end",
        """
        import atexit, gc, threading, weakref
        class Last:
            def __del__(self):
                won("finaliser")
        atexit.register(won, "atexit")
        threading._register_atexit(won, "threading")
        kept = Last()
        weakref.finalize(kept, won, "weakref")
        """,
        "finished",
    ),
    Attack(
        "leaves a thread that speaks",
        """
        import threading
        def speak():
            while True:
                print("speaking")
        threading.Thread(target=speak, daemon=True).start()
        """,
        "finished",
    ),
    Attack(
        "leaves a thread that does not end",
        """
        import threading, time
        threading.Thread(target=lambda: (time.sleep(0.4), won())).start()
        """,
        "finished",
    ),
    Attack(
        "sleeps in a finaliser",
        """
        import time
        class Last:
            def __del__(self):
                time.sleep(0.9)
                won()
        x = Last()
        del x
        """,
        "timeout",
        "watchdog",
        BRIEFLY,
    ),
)
