"""Attacks on time, memory and processes: what is taken beyond the limits.

Each ends by itself a little above its limit, so that it does no harm where its wall is down.
"""

from tests.hostile.attack import BRIEFLY, Attack, everywhere

_LITTLE = {"memory_bytes": 100 << 20, "wall_seconds": 5}

ATTACKS = (
    Attack(
        "loops",
        """
        import time
        start = time.process_time()
        while time.process_time() - start < 2.6:
            pass
        won()
        """,
        everywhere("timeout"),
        "watchdog rlimits",
        {"cpu_seconds": 0.5},
    ),
    Attack(
        "loops in C, where no signal is heard",
        """
        import torch
        x = torch.ones(500, 500)
        while True:
            torch.linalg.matrix_power(x, 1 << 30)
        """,
        everywhere("timeout"),
        limits=BRIEFLY,
    ),
    Attack("sleeps", "import time; time.sleep(0.9); won()", "timeout", "watchdog", BRIEFLY),
    Attack(
        "ignores every signal",
        """
        import signal, time
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
        time.sleep(0.9)
        won()
        """,
        "timeout",
        "watchdog",
        BRIEFLY,
    ),
    Attack(
        "waits for an input that never comes",
        """
        import os, time
        reading, writing = os.pipe()
        import select
        select.select([reading], [], [], 0.9)
        won()
        """,
        "timeout",
        "watchdog",
        BRIEFLY,
    ),
    Attack(
        "stops itself",
        """
        import os, signal
        os.kill(os.getpid(), signal.SIGSTOP)
        """,
        {"full": "finished", "landlock": "timeout"},
        limits=BRIEFLY,
    ),
    Attack(
        "catches everything in a loop",
        """
        import time
        start = time.monotonic()
        while time.monotonic() < start + 0.9:
            try:
                while time.monotonic() < start + 0.9:
                    pass
            except BaseException:
                continue
        won()
        """,
        "timeout",
        "watchdog",
        BRIEFLY,
    ),
    Attack(
        "uses the time of many processes",
        """
        import os, time
        workers = []
        for _ in range(4):
            pid = os.fork()
            if pid == 0:
                start = time.process_time()
                while time.process_time() - start < 0.4:
                    pass
                os._exit(0)
            workers.append(pid)
        for pid in workers:
            os.waitpid(pid, 0)
        time.sleep(0.1)
        won()
        """,
        {"full": "timeout", "landlock": "forbidden"},
        "watchdog",
        {"cpu_seconds": 0.8},
    ),
    Attack(
        "takes memory by Python",
        """
        import time
        taken = []
        for _ in range(20):
            taken.append(bytearray(10 << 20))
            time.sleep(0.01)
        time.sleep(0.1)
        won()
        """,
        "out_of_memory",
        "rlimits watchdog",
        _LITTLE,
    ),
    Attack(
        "takes memory by torch",
        """
        import time, torch
        x = torch.ones(60 << 20)
        time.sleep(0.1)
        won()
        """,
        everywhere("out_of_memory"),
        "rlimits watchdog",
        _LITTLE,
    ),
    Attack(
        "takes memory that it shares",
        """
        import mmap, time
        taken = mmap.mmap(-1, 200 << 20)
        taken.write(bytes(200 << 20))
        time.sleep(0.1)
        won()
        """,
        "out_of_memory",
        "rlimits watchdog",
        _LITTLE,
    ),
    Attack(
        "takes memory in small pieces and does not give up",
        """
        import time
        taken = []
        def more():
            try:
                for _ in range(1000):
                    taken.append(bytes(200_000))
            except MemoryError:
                pass
        more()
        time.sleep(0.1)
        if len(taken) == 1000:
            won()
        """,
        "finished",
        "rlimits watchdog",
        _LITTLE,
    ),
    Attack(
        "asks for more than there is",
        """
        import torch
        torch.empty(1 << 42)
        """,
        "out_of_memory",
    ),
    Attack(
        "takes the memory of many processes",
        """
        import os, time
        for _ in range(3):
            if os.fork() == 0:
                taken = bytearray(60 << 20)
                time.sleep(0.3)
                os._exit(0)
        time.sleep(0.3)
        won()
        """,
        {"full": "out_of_memory", "landlock": "forbidden"},
        "watchdog",
        _LITTLE,
    ),
    Attack(
        "starts a storm of processes",
        """
        import os, time
        for _ in range(30):
            if os.fork() == 0:
                time.sleep(0.3)
                os._exit(0)
        won()
        """,
        "forbidden",
        "rlimits",
    ),
    Attack(
        "starts a storm of threads",
        """
        import threading, time
        for _ in range(30):
            threading.Thread(target=time.sleep, args=(0.3,)).start()
        won()
        """,
        "forbidden",
        "rlimits",
    ),
    Attack(
        "takes every descriptor",
        """
        import os
        for _ in range(200):
            os.open("/dev/null", os.O_RDONLY)
        won()
        """,
        "forbidden",
        "rlimits",
    ),
    Attack(
        "raises its own limits",
        """
        import resource
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
            soft, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or hard > 1 << 40:
                won(kind)
            resource.setrlimit(kind, (hard, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20))
        won()
        """,
        "crashed",
        "rlimits",
    ),
)
