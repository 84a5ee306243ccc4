"""Attacks on other processes, and processes that want to stay."""

from tests.hostile.attack import Attack

_ALL_THREE = "namespaces seccomp landlock"

ATTACKS = (
    Attack(
        "kills a process of its user",
        "import os, signal; os.kill(VICTIM, signal.SIGKILL)",
        {"full": "crashed", "landlock": "forbidden"},
        _ALL_THREE,
        landlock=6,
    ),
    Attack(
        "kills the process that started it",
        """
        import os, signal
        parent = os.getppid()
        if parent:
            os.kill(parent, 0)
            won()
        """,
        {"full": "finished", "landlock": "forbidden"},
        _ALL_THREE,
        landlock=6,
    ),
    Attack(
        "signals whole groups",
        """
        import os, signal
        for group in (0, os.getpgrp()):
            try:
                os.killpg(group, 0)
            except OSError as error:
                last = error
        os.kill(VICTIM, signal.SIGTERM)
        """,
        {"full": "crashed", "landlock": "forbidden"},
        _ALL_THREE,
        landlock=6,
    ),
    Attack(
        "signals a process by its descriptor",
        """
        import os, signal
        signal.pidfd_send_signal(os.pidfd_open(VICTIM), signal.SIGKILL)
        """,
        "forbidden",
        _ALL_THREE,
        landlock=6,
    ),
    Attack(
        "lowers the limits of a process",
        """
        import resource
        resource.prlimit(VICTIM, resource.RLIMIT_CORE, (0, 0))
        won()
        """,
        "forbidden",
        "namespaces seccomp",
    ),
    Attack(
        "traces a process",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, VICTIM, None, None) == 0:
            won()
        raise OSError(ctypes.get_errno(), "ptrace")
        """,
        "forbidden",
        _ALL_THREE,
    ),
    Attack(
        "reads another process's memory",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        here = ctypes.create_string_buffer(8)
        class Vector(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
        mine = Vector(ctypes.addressof(here), 8)
        line = next(line for line in open(f"/proc/{VICTIM}/maps") if " r" in line)
        theirs = Vector(int(line.split("-")[0], 16), 8)
        if libc.process_vm_readv(VICTIM, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) == 8:
            won(here.raw)
        raise OSError(ctypes.get_errno(), "process_vm_readv")
        """,
        {"full": "crashed", "landlock": "forbidden"},
        _ALL_THREE,
    ),
    Attack(
        "reads the environment of the process that holds the Runner",
        """
        print(open(f"/proc/{AGENT}/environ").read())
        """,
        {"full": "crashed", "landlock": "forbidden"},
        "namespaces landlock",
    ),
    Attack(
        "searches the memory of the process that holds the Runner",
        """
        import re
        memory = open(f"/proc/{AGENT}/mem", "rb", buffering=0)
        pattern = re.compile(b"can" + b"ary-[0-9a-f]{16}")
        for line in open(f"/proc/{AGENT}/maps"):
            span, rights = line.split()[:2]
            start, end = (int(part, 16) for part in span.split("-"))
            if "rw" in rights and end - start < 1 << 26:
                memory.seek(start)
                try:
                    print(set(pattern.findall(memory.read(end - start))))
                except OSError:
                    pass
        """,
        {"full": "crashed", "landlock": "forbidden"},
        "namespaces landlock",
    ),
    Attack(
        "writes to the processes of its zygote",
        """
        import os
        open(f"/proc/{os.getppid()}/mem", "r+b", buffering=0)
        won()
        """,
        {"full": "crashed", "landlock": "forbidden"},
        "namespaces landlock",
    ),
    Attack(
        "looks for other processes",
        """
        import os
        try:
            others = set(filter(str.isdigit, os.listdir("/proc"))) - {str(os.getpid())}
        except PermissionError:
            others = []
        if others:
            won(others)
        """,
        "finished",
        "namespaces landlock",
    ),
    Attack(
        "leaves a daemon",
        """
        import os, signal, time
        if os.fork() == 0:
            try:
                os.setsid()
            except OSError:
                pass
            if os.fork() == 0:
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
                os.closerange(0, 1000)
                time.sleep(20)
            os._exit(0)
        time.sleep(0.1)
        """,
        {"full": "finished", "landlock": "forbidden", "process": "finished"},
        "namespaces seccomp",
    ),
    Attack(
        "leaves a child that holds the pipes",
        """
        import os, time
        if os.fork() == 0:
            time.sleep(0.5)
            os.write(1, b"ESC" + b"APED")
            os._exit(0)
        """,
        {"full": "finished", "landlock": "forbidden", "process": "finished"},
        "namespaces seccomp",
    ),
    Attack(
        "runs a program",
        """
        import os
        loader = next(path for path in (
            "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1") if os.path.exists(path))
        os.execv(loader, [loader, "/ESC" + "APED"])
        """,
        "forbidden",
        "landlock seccomp",
    ),
    Attack(
        "runs a shell",
        """
        import subprocess
        subprocess.run(["sh", "-c", "echo ESC''APED"])
        """,
        {"full": "forbidden", "landlock": "forbidden"},
    ),
    Attack(
        "starts workers of multiprocessing by spawn",
        """
        import multiprocessing
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=hash, args=(1,))
        process.start()
        process.join()
        if process.exitcode == 0:
            won()
        """,
        {"full": "finished", "landlock": "forbidden"},
    ),
    Attack(
        "speaks through a forked child",
        """
        import os
        if os.fork() == 0:
            won()
            os._exit(0)
        os.wait()
        """,
        {"full": "finished", "landlock": "forbidden"},
    ),
)
