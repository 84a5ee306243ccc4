"""What this machine gives a sandbox, and what to do where it gives too little."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from logitlab.sandbox.child import landlock, syscalls

SYSCTLS: Final = {
    "user.max_user_namespaces": "user/max_user_namespaces",
    "kernel.unprivileged_userns_clone": "kernel/unprivileged_userns_clone",
    "kernel.apparmor_restrict_unprivileged_userns": "kernel/apparmor_restrict_unprivileged_userns",
    "kernel.yama.ptrace_scope": "kernel/yama/ptrace_scope",
}
MOUNT_SETATTR: Final = (5, 12)  # kernels
LANDLOCK: Final = (5, 13)
_CAP_SYS_ADMIN = 21


@dataclass(frozen=True)
class Machine:
    """Who runs this, on what system, and which of the kernel's walls are there."""

    system: str  # "linux", "darwin", "win32"
    kernel: str
    architecture: str
    root: bool
    administrator: bool  # holds CAP_SYS_ADMIN
    container: str | None
    landlock_abi: int  # 0: none
    seccomp: bool
    user_namespaces: bool
    proc_is_masked: bool  # a part of /proc is covered, as container engines do
    sysctls: dict[str, int | None]  # None: this kernel has no such setting


def examine() -> Machine:
    """Look at this machine. Works on every system."""
    return Machine(
        system=sys.platform,
        kernel=platform.release(),
        architecture=platform.machine(),
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        administrator=bool(_effective_capabilities() >> _CAP_SYS_ADMIN & 1),
        container=_container(),
        landlock_abi=landlock.abi(),
        seccomp=os.path.exists("/proc/sys/kernel/seccomp/actions_avail"),
        user_namespaces=os.path.exists("/proc/self/ns/user"),
        proc_is_masked=" /proc/" in _text("/proc/self/mountinfo"),
        sysctls={name: _number(f"/proc/sys/{path}") for name, path in SYSCTLS.items()},
    )


def remedy(level: str, obstacle: str, here: Machine | None = None) -> str:
    """What to do to reach `level`, where it met `obstacle`: the first reason that fits."""
    here = here or examine()
    if here.system != "linux":
        return "use Linux: a virtual machine, a container, or on Windows WSL 2"
    if here.architecture not in syscalls.NUMBERS:
        return f"use a machine of {' or '.join(syscalls.NUMBERS)}"
    if "cannot read" in obstacle:
        return "run as an ordinary user, or install Python outside of that folder"
    if not here.seccomp:
        return "use a kernel with seccomp filters (CONFIG_SECCOMP_FILTER)"
    if here.landlock_abi == 0:
        return _landlock_remedy(here)
    if level == "full":
        return _namespaces_remedy(here)
    return "nothing that is known: please report what `logitlab doctor --json` says"


def _landlock_remedy(here: Machine) -> str:
    if _version(here.kernel) < LANDLOCK:
        return "use Linux 5.13 or newer, which has Landlock"
    return (
        "switch Landlock on: boot with lsm=landlock,… before what /sys/kernel/security/lsm lists; "
        "in a container, use an engine whose seccomp profile allows landlock_restrict_self"
    )


def _namespaces_remedy(here: Machine) -> str:
    settings = here.sysctls
    if _version(here.kernel) < MOUNT_SETATTR:
        return "use Linux 5.12 or newer, which has mount_setattr"
    if not here.user_namespaces:
        return "use a kernel with user namespaces (CONFIG_USER_NS)"
    if settings["user.max_user_namespaces"] == 0:
        return "allow user namespaces, as root: sysctl -w user.max_user_namespaces=10000"
    if settings["kernel.unprivileged_userns_clone"] == 0 and not here.administrator:
        return "allow user namespaces, as root: sysctl -w kernel.unprivileged_userns_clone=1"
    if settings["kernel.apparmor_restrict_unprivileged_userns"] == 1 and not here.administrator:
        return (
            "AppArmor leaves user namespaces powerless here: give "
            f"{sys.executable} a profile with `userns,` or, for the whole machine, as root: "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if here.container or here.proc_is_masked or (here.root and not here.administrator):
        return (
            "the container's own walls refuse namespaces: start one that runs nothing else with "
            "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined"
        )
    return "nothing that is known: please report what `logitlab doctor --json` says"


def _version(kernel: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)", kernel)
    return tuple(map(int, found.groups())) if found else (0, 0)


def _container() -> str | None:
    """The engine of the container that this runs in, "some" where only its traces are seen."""
    for name, path in (("docker", "/.dockerenv"), ("podman", "/run/.containerenv")):
        if os.path.exists(path):
            return name
    engine = os.environ.get("container")  # noqa: SIM112 (podman's and systemd's spelling)
    if engine or os.environ.get("KUBERNETES_SERVICE_HOST"):
        return engine or "kubernetes"
    traces = ("/docker", "/lxc", "/kubepods", "/containerd")
    return "some" if any(trace in _text("/proc/1/cgroup") for trace in traces) else None


def _effective_capabilities() -> int:
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", _text("/proc/self/status"), re.MULTILINE)
    return int(found[1], 16) if found else 0


def _number(path: str) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdecimal() else None


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", errors="replace")
    except OSError:
        return ""
