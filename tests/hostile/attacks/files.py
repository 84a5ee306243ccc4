"""Attacks on files: what lies outside, what is installed, what is left behind."""

from tests.hostile.attack import Attack

_HIDDEN = {"full": "crashed", "landlock": "forbidden"}  # it is not there; it is refused
_SMALL = {"file_bytes": 1 << 20}

ATTACKS = (
    Attack("reads a file", "print(open(SECRET).read())", _HIDDEN, "namespaces landlock"),
    Attack(
        "reads a file through the parent folder",
        """
        import os
        print(open("/tmp/" + "../" * 40 + SECRET).read())
        """,
        _HIDDEN,
        "namespaces landlock",
    ),
    Attack(
        "reads a file through a symbolic link",
        """
        import os, tempfile
        for folder in ("/tmp", "/var/tmp"):
            link = f"{folder}/{TRACE}symlink"
            try:
                os.symlink(SECRET, link)
            except OSError:
                continue
            print(open(link).read())
        open(SECRET)
        """,
        _HIDDEN,
        "namespaces landlock",
    ),
    Attack(
        "reads a file through a hard link",
        """
        import os
        os.link(SECRET, FOLDER + "/hardlink")
        print(open(FOLDER + "/hardlink").read())
        """,
        _HIDDEN,
        "namespaces landlock",
    ),
    Attack(
        "reads a file through /proc",
        """
        import os
        for root in ("/proc/self/root", "/proc/1/root", f"/proc/{os.getppid()}/root"):
            try:
                print(open(root + SECRET).read())
            except OSError as error:
                last = error
        raise last
        """,
        {"full": "crashed", "landlock": "forbidden"},
        "namespaces landlock",
    ),
    Attack(
        "reads home and the system's files",
        """
        import os, pwd
        homes = [os.path.expanduser("~"), "/root", "/home", "/etc/passwd", "/etc/hostname"]
        seen = [home for home in homes if os.access(home, os.R_OK) and os.path.exists(home)]
        readable = [home for home in seen if os.path.isfile(home) or os.listdir(home)]
        if "/etc/passwd" in readable or "/home" in readable:
            won(readable)
        open("/etc/passwd")
        """,
        _HIDDEN,
        "namespaces landlock",
    ),
    Attack(
        "writes a file",
        "open(FOLDER + '/written', 'w').write('here')",
        _HIDDEN,
        "namespaces landlock",
    ),
    Attack("empties a file", "import os; os.truncate(SECRET, 0)", _HIDDEN, "namespaces landlock"),
    Attack(
        "removes a package's file",
        "import os; os.remove(PACKAGED)",
        "forbidden",
        "namespaces landlock",
    ),
    Attack(
        "makes a folder, a pipe and a socket",
        """
        import os, socket
        for make in (
            lambda: os.mkdir(FOLDER + "/folder"),
            lambda: os.mkfifo(FOLDER + "/pipe"),
            lambda: socket.socket(socket.AF_UNIX).bind(FOLDER + "/socket"),
        ):
            try:
                make()
            except OSError as error:
                last = error
        raise last
        """,
        "forbidden",
        "namespaces landlock",
    ),
    Attack(
        "changes a package for the next run",
        "open(PACKAGED, 'a').write('untouched = False')",
        "forbidden",
        "namespaces landlock",
    ),
    Attack(
        "changes torch for the next run",
        """
        import torch
        open(torch.__file__, "a").write("# poisoned")
        """,
        "forbidden",
    ),
    Attack(
        "leaves files in the temporary folders",
        """
        import os
        for folder in ("/tmp", "/var/tmp", "/dev/shm", "."):
            try:
                open(f"{folder}/{TRACE}left", "w").write("here")
            except OSError:
                pass
        """,
        "finished",
        "namespaces landlock",
    ),
    Attack(
        "leaves shared memory",
        """
        from multiprocessing import shared_memory, resource_tracker
        resource_tracker.register = lambda *_: None
        shared_memory.SharedMemory(TRACE + "shm", create=True, size=100)
        """,
        {"full": "finished", "landlock": "forbidden"},
        "namespaces landlock",
    ),
    Attack(
        "makes a program that runs as its owner",
        """
        import os
        name = f"{TRACE}suid"
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o755))
        os.chmod(name, 0o4755)
        won()
        """,
        "forbidden",
        "seccomp",
    ),
    Attack(
        "makes a file that is too large",
        """
        import os
        with open(f"{TRACE}big", "wb") as file:
            os.ftruncate(file.fileno(), 1 << 34)
        won()
        """,
        "forbidden",
        "rlimits",
    ),
    Attack(
        "fills the disk with many files",
        """
        for index in range(8):
            with open(f"/tmp/{TRACE}{index}", "wb", buffering=0) as file:
                if file.write(bytes(1 << 19)) < 1 << 19:
                    raise OSError(28, "short write")
        won()
        """,
        "forbidden",
        "namespaces landlock",
        _SMALL,
    ),
    Attack(
        "takes every inode",
        """
        for index in range(3000):
            open(f"/tmp/{TRACE}{index}", "w").close()
        won()
        """,
        "forbidden",
        "namespaces landlock",
    ),
    Attack(
        "reads the package's checks and solutions",
        """
        import os, sys
        for folder in [*sys.path, os.path.dirname(PACKAGED) + "/../packages", SOURCE]:
            for name in ("logitlab/errors.py", "logitlab/__init__.py", "logitlab/cli/main.py"):
                try:
                    text = open(os.path.join(folder, name)).read()
                except OSError:
                    continue
                if text.strip():
                    won(name)
        for folder in sys.path + [SOURCE]:
            try:
                names = [name for name in os.listdir(folder) if "logitlab" in name]
            except OSError:
                continue
            for name in names:
                path = os.path.join(folder, name)
                if os.listdir(path) if os.path.isdir(path) else open(path).read():
                    won(path)
        """,
        "finished",
        "mask",
    ),
    Attack(
        "imports the package's own code",
        """
        import sys
        sys.path.append(SOURCE)
        sys.modules.pop("logitlab", None)
        try:
            from logitlab.sandbox import runner
            won(runner)
        except ImportError:
            pass
        """,
        {"full": "finished", "landlock": "forbidden"},
        "mask",
    ),
    Attack(
        "reads the environment",
        """
        import os
        print(dict(os.environ), os.environb)
        try:
            print(open("/proc/self/environ").read())
        except OSError:
            pass
        """,
        "finished",
        "environment",
    ),
)
