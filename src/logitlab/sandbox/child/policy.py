"""What a run may ask of the kernel, call by call: allowed, allowed with some arguments, or refused.

A call that stands nowhere here is refused. The refused ones are listed with the reason, so that a
reviewer finds every call of the kernel once, and none was forgotten: the tests see to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import linux

ALLOWED = {
    "its own memory": """
        brk mmap munmap mprotect mremap madvise msync
    """,
    "files, which the private root and Landlock bound": """
        access chdir close close_range copy_file_range dup dup2 dup3 faccessat faccessat2 fadvise64
        fallocate fchdir fdatasync flock fstat fstatfs fsync ftruncate futimesat getcwd getdents
        getdents64 link linkat lseek lstat mkdir mkdirat newfstatat pread64 preadv preadv2 pwrite64
        pwritev pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 rmdir
        sendfile stat statfs statx symlink symlinkat truncate umask unlink unlinkat utime utimensat
        utimes write writev
    """,
    "shutil.copy2 reads them, and gives up on any other errno than ENOTSUP": """
        fgetxattr flistxattr getxattr lgetxattr listxattr llistxattr
    """,
    "time, and alarms to itself": """
        alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer
        time times
    """,
    "threads and their locks": """
        exit futex gettid rseq sched_yield set_robust_list set_tid_address
    """,
    "its own end, and that of its children": """
        exit_group wait4 waitid
    """,
    "signals that it receives": """
        pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend
        rt_sigtimedwait sigaltstack
    """,
    "waiting for several files, pipes": """
        epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
        pipe pipe2 poll ppoll pselect6 select
    """,
    "a stream between two of its own processes, see `socketpair`": """
        getpeername getsockname getsockopt recvfrom recvmsg sendmsg shutdown
    """,
    "questions about itself and the machine": """
        capget getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority
        getrandom getresgid getresuid getrlimit getrusage getsid getuid sched_get_priority_max
        sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler
        sched_rr_get_interval sysinfo uname
    """,
    "lowers its own limits; no capability to raise a hard one": """
        setrlimit
    """,
}

REFUSED = {
    "another program: the run is a fork, and nothing needs one": """
        execve execveat uselib
    """,
    "the network, and every address: only `socketpair` makes a socket": """
        accept accept4 bind connect listen recvmmsg sendmmsg setsockopt socket
    """,
    "other processes' memory, files and state": """
        get_robust_list kcmp migrate_pages move_pages pidfd_getfd pidfd_open pidfd_send_signal
        process_madvise process_mrelease process_vm_readv process_vm_writev ptrace
        rt_sigqueueinfo rt_tgsigqueueinfo
    """,
    "mounts, roots and namespaces": """
        chroot fsconfig fsmount fsopen fspick listmount mount mount_setattr move_mount open_tree
        open_tree_attr pivot_root setns statmount umount2 unshare
    """,
    "files by handle, past the root; flags behind a pointer, which no filter can read": """
        name_to_handle_at open_by_handle_at openat2
    """,
    "a stranger's programs in the kernel, and doors with a long record of holes": """
        bpf io_uring_enter io_uring_register io_uring_setup perf_event_open userfaultfd
        remap_file_pages splice tee vmsplice
    """,
    "the keyrings, which no namespace divides": """
        add_key keyctl request_key
    """,
    "memory that outlives the run, or that no limit counts": """
        memfd_create memfd_secret mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend
        mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt
        shmget
    """,
    "memory that is pinned, placed or guarded": """
        get_mempolicy map_shadow_stack mbind mincore mlock mlock2 mlockall mseal munlock munlockall
        pkey_alloc pkey_free pkey_mprotect set_mempolicy set_mempolicy_home_node
    """,
    "the machine's clock, name, modules, disks and log": """
        acct adjtimex clock_adjtime clock_settime create_module delete_module finit_module
        get_kernel_syms init_module ioperm iopl kexec_file_load kexec_load lookup_dcookie
        modify_ldt nfsservctl query_module quotactl quotactl_fd reboot setdomainname sethostname
        settimeofday swapoff swapon sync sync_file_range syncfs sysfs syslog ustat vhangup
    """,
    "who it is: users, groups, capabilities, sessions": """
        capset setfsgid setfsuid setgid setgroups setpgid setregid setresgid setresuid setreuid
        setsid setuid
    """,
    "whose a file is, devices, attributes, watches": """
        chown fanotify_init fanotify_mark fchown fchownat fremovexattr fsetxattr getxattrat
        file_getattr file_setattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch
        lchown listxattrat lremovexattr lsetxattr mknod mknodat removexattr removexattrat setxattr
        setxattrat
    """,
    "its share of the machine": """
        ioprio_get ioprio_set sched_getattr sched_setattr sched_setparam sched_setscheduler
        setpriority
    """,
    "walls: what stands is enough, and a run adds none": """
        landlock_add_rule landlock_create_ruleset landlock_restrict_self lsm_get_self_attr
        lsm_list_modules lsm_set_self_attr seccomp
    """,
    "nothing in CPython, glibc, torch or numpy needs them": """
        cachestat futex_requeue futex_wait futex_waitv futex_wake get_thread_area io_cancel
        io_destroy io_getevents io_pgetevents io_setup io_submit membarrier set_thread_area
        signalfd signalfd4 timer_create timer_delete timer_getoverrun timer_gettime timer_settime
        timerfd_create timerfd_gettime timerfd_settime
    """,
    "never had, or lost, their meaning": """
        _sysctl afs_syscall epoll_ctl_old epoll_wait_old getpmsg putpmsg security tuxcall vserver
    """,
}

# Refused with ENOSYS, upon which glibc takes `clone`, whose flags a filter can read.
ABSENT = "clone3"

_EVERY_BIT = 0xFFFFFFFF


@dataclass(frozen=True)
class Check:
    """Holds when `mask` of an argument's 32 bits, the `low` ones or the high, equals `value`."""

    argument: int
    value: int
    mask: int = _EVERY_BIT
    low: bool = True


Alternatives = tuple[tuple[Check, ...], ...]  # of one at least, every check must hold

_UNIX, _STREAM, _SOCKET_KIND = 1, 1, 0xF
_CREATES = 0o100 | 0o20000000  # O_CREAT, and the bit that makes O_TMPFILE of O_DIRECTORY
_SET_ID = 0o6000
_WHO_PERSONALITY = 0xFFFFFFFF

# All that glibc asks for when it makes a thread or a fork. Left out: namespaces, CLONE_PARENT,
# CLONE_PTRACE, CLONE_UNTRACED, CLONE_PIDFD.
_CLONE_FLAGS = (
    0xFF  # the signal that tells of a child's end
    | linux.CLONE_VM
    | 0x200  # FS
    | 0x400  # FILES
    | 0x800  # SIGHAND
    | 0x4000  # VFORK
    | linux.CLONE_THREAD
    | 0x40000  # SYSVSEM
    | 0x80000  # SETTLS
    | 0x100000  # PARENT_SETTID
    | 0x200000  # CHILD_CLEARTID
    | 0x400000  # DETACHED
    | 0x1000000  # CHILD_SETTID
)
_FCNTL = (
    *(0, 1030),  # DUPFD, DUPFD_CLOEXEC
    *(1, 2, 3, 4),  # GETFD, SETFD, GETFL, SETFL; not SETOWN or SETLEASE, which signal others
    *(5, 6, 7, 36, 37, 38),  # locks on files
    1032,  # GETPIPE_SZ; not SETPIPE_SZ, kernel memory that no limit counts
)
_IOCTL = (
    *(0x5401, 0x802C542A, 0x5413),  # TCGETS and TCGETS2, which isatty asks; TIOCGWINSZ
    *(0x541B, 0x5421),  # FIONREAD, FIONBIO
    *(0x5451, 0x5450),  # FIOCLEX, FIONCLEX; not TIOCSTI or TIOCLINUX, which type for the user
)
_PRCTL = (
    *(linux.PR_SET_NAME, linux.PR_GET_NAME),
    *(linux.PR_GET_DUMPABLE, linux.PR_CAPBSET_READ, linux.PR_GET_SECCOMP),
    *(linux.PR_SET_NO_NEW_PRIVS, linux.PR_GET_NO_NEW_PRIVS),
    *(2, 30, 42),  # PR_GET_PDEATHSIG, PR_GET_TIMERSLACK, PR_GET_THP_DISABLE
)
_ARCH_PRCTL = (
    *(0x1003, 0x1004),  # ARCH_GET_FS, ARCH_GET_GS
    *(0x1021, 0x1022, 0x1023),  # oneDNN asks whether it may use the matrix registers, and for it
)


def conditional(*, processes: bool, pid: int) -> dict[str, Alternatives]:
    """The calls that are allowed with some arguments only.

    `processes` says whether the run may have children and signal them, which asks for a process
    namespace; without, it has threads, and may signal process `pid` alone, which is itself.
    """
    clones = (~_CLONE_FLAGS & _EVERY_BIT, 0)
    if not processes:
        clones = (clones[0] | linux.CLONE_THREAD, linux.CLONE_THREAD)
    mode_is_plain = {
        "creat": 1,
        "chmod": 1,
        "fchmod": 1,
        "fchmodat": 2,
        "fchmodat2": 2,
    }
    # A file that carries its owner's rights must not be left behind for others to run.
    plain = {name: ((Check(at, 0, _SET_ID),),) for name, at in mode_is_plain.items()}
    opens = {
        name: ((Check(at, 0, _CREATES),), (Check(at + 1, 0, _SET_ID),))
        for name, at in (("open", 1), ("openat", 2))
    }
    return {
        **plain,
        **opens,
        "arch_prctl": _one_of(0, _ARCH_PRCTL),
        "clone": ((Check(0, clones[1], clones[0]),),),
        "fcntl": _one_of(1, _FCNTL),
        "fork": ((),) if processes else (),
        "ioctl": _one_of(1, _IOCTL),
        "kill": ((),) if processes else _one_of(0, (pid,)),
        "personality": _one_of(0, (_WHO_PERSONALITY,)),
        "prctl": _one_of(0, _PRCTL),
        "prlimit64": _one_of(0, (0,)),  # its own limits
        "sched_setaffinity": _one_of(0, (0,)),  # its own cores
        "sendto": ((Check(4, 0), Check(4, 0, low=False)),),  # to the other end, no address
        # Of a stream both ends are known; a datagram could be sent to any socket of the machine.
        "socketpair": ((Check(0, _UNIX), Check(1, _STREAM, _SOCKET_KIND)),),
        "tgkill": ((),) if processes else _one_of(0, (pid,)),
        "tkill": ((),) if processes else _one_of(0, (pid,)),
        "vfork": ((),) if processes else (),
    }


def _one_of(argument: int, values: tuple[int, ...]) -> Alternatives:
    return tuple((Check(argument, value),) for value in values)
