"""Attacks on the kernel: calls that tensor code never makes.

A call gets through if the kernel itself answers it, whatever it says then.
"""

from tests.hostile.attack import Attack

_CALL = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    number = NUMBERS[name]
    done = libc.syscall(ctypes.c_long(number), *(
        ctypes.c_long(item) if isinstance(item, int) else item for item in arguments))
    return done, ctypes.get_errno()

done, error = {made}
if done >= 0 or error not in (errno.EPERM, errno.ENOSYS):
    won((done, error))
raise OSError(error, os.strerror(error))
"""


def _call(name: str, made: str, walls: str = "seccomp", ends: str = "forbidden") -> Attack:
    return Attack(name, _CALL.replace("{made}", made), ends, walls)


ATTACKS = (
    _call("takes a user namespace", 'call("unshare", 0x10000000)'),
    _call(
        "mounts in a namespace of its own",
        '(call("unshare", 0x10020000), call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, None))[1]',
        "seccomp landlock",
    ),
    _call(
        "clones into a namespace", 'call("clone", 0x10000000 | 0x80000000 | 0x40000000, 0, 0, 0, 0)'
    ),
    _call("clones by a structure", 'call("clone3", None, 0)', ends="crashed"),  # ENOSYS
    _call("enters a namespace", 'call("setns", 0, 0)'),
    _call("mounts", 'call("mount", b"none", None, None, 0, None)'),
    _call("unmounts", 'call("umount2", b"/tmp/", 0x100)'),
    _call("changes its root", 'call("chroot", b"/")', "seccomp capabilities"),
    _call("turns the root around", 'call("pivot_root", None, None)', ""),
    _call("reads a keyring", 'call("keyctl", 0, -3, 1)'),
    _call("adds a key", 'call("add_key", b"user", b"canary", b"x", 1, -3)'),
    _call(
        "loads a program into the kernel",
        'call("bpf", 9999, ctypes.create_string_buffer(128), 128)',
    ),
    _call("sets up io_uring", 'call("io_uring_setup", 1, None)'),
    _call("speaks to io_uring", 'call("io_uring_register", -1, 0, None, 0)'),
    _call("lets another's memory go", 'call("process_madvise", -1, None, 0, 0, 0)'),
    _call("handles page faults", 'call("userfaultfd", 1)'),
    _call("counts events", 'call("perf_event_open", None, 0, -1, -1, 0)'),
    _call("makes a file of memory", 'call("memfd_create", b"x", 0)'),
    _call("makes shared memory of System V", 'call("shmget", 0, 4096, 0o1600)'),
    _call("makes a queue of messages", 'call("mq_open", b"x", 0o102, 0o600, None)'),
    _call("opens a file by its handle", 'call("name_to_handle_at", -100, b"/", None, None, 0)'),
    _call("opens a file past every rule", 'call("openat2", -100, b"/", None, 0)'),
    _call("takes another's descriptor", 'call("pidfd_getfd", -1, 0, 0)'),
    _call("becomes another user", 'call("setresuid", -1, -1, -1)'),
    _call("takes capabilities", 'call("capset", None, None)'),
    _call("leaves its session", 'call("setsid")'),
    _call("types on the terminal", 'call("ioctl", 0, 0x5412, b"x")'),
    _call("puts a filter of its own", 'call("seccomp", 2, 0, ctypes.create_string_buffer(8))'),
    _call("sets the clock", 'call("clock_settime", 99, None)'),
    Attack(
        "makes a call of a 32-bit program",
        """
        import ctypes, mmap, platform
        if platform.machine() != "x86_64":
            raise SystemExit  # the others have no such door
        code = mmap.mmap(-1, 4096, prot=7)
        code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, getpid; int 0x80; ret
        place = ctypes.addressof(ctypes.c_char.from_buffer(code))
        if ctypes.CFUNCTYPE(ctypes.c_int)(place)() >= 0:
            won()
        """,
        "forbidden",
    ),
    Attack(
        "makes a call of the x32 kind",
        """
        import ctypes, errno, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syscall(ctypes.c_long(0x40000000 + 39)) >= 0:
            won()
        raise OSError(errno.EPERM, "refused")
        """,
        "forbidden",
    ),
)
