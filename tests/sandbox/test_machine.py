"""The remedies: the first reason that fits what a machine lacks."""

from dataclasses import replace

import pytest

from logitlab.sandbox import machine
from logitlab.sandbox.machine import Machine

GOOD = Machine(
    system="linux",
    kernel="6.8.0-45-generic",
    architecture="x86_64",
    root=False,
    administrator=False,
    container=None,
    landlock_abi=4,
    seccomp=True,
    user_namespaces=True,
    proc_is_masked=False,
    sysctls=dict.fromkeys(machine.SYSCTLS),
)


def setting(name: str, value: int) -> Machine:
    return replace(GOOD, sysctls=GOOD.sysctls | {name: value})


USERNS = "kernel.unprivileged_userns_clone"
APPARMOR = "kernel.apparmor_restrict_unprivileged_userns"


@pytest.mark.parametrize(
    ("here", "level", "said"),
    [
        (replace(GOOD, system="darwin"), "full", "use Linux: a virtual machine"),
        (replace(GOOD, system="win32"), "landlock", "WSL 2"),
        (replace(GOOD, architecture="riscv64"), "landlock", "x86_64 or aarch64"),
        (replace(GOOD, seccomp=False), "landlock", "CONFIG_SECCOMP_FILTER"),
        (replace(GOOD, landlock_abi=0), "landlock", "boot with lsm=landlock"),
        (replace(GOOD, landlock_abi=0), "full", "boot with lsm=landlock"),
        (replace(GOOD, landlock_abi=0, kernel="5.10.0"), "full", "Linux 5.13 or newer"),
        (replace(GOOD, kernel="5.4.0"), "full", "Linux 5.12 or newer"),
        (replace(GOOD, user_namespaces=False), "full", "CONFIG_USER_NS"),
        (setting("user.max_user_namespaces", 0), "full", "user.max_user_namespaces=10000"),
        (setting(USERNS, 0), "full", "unprivileged_userns_clone=1"),
        (setting(APPARMOR, 1), "full", "profile with `userns,`"),
        (replace(GOOD, container="docker"), "full", "seccomp=unconfined"),
        (replace(GOOD, proc_is_masked=True), "full", "systempaths=unconfined"),
        (replace(GOOD, root=True), "full", "the container's own walls"),
        (GOOD, "full", "please report"),
        (GOOD, "landlock", "please report"),
    ],
)
def test_the_first_reason_that_fits(here: Machine, level: str, said: str) -> None:
    assert said in machine.remedy(level, "PermissionError: unshare", here)


@pytest.mark.parametrize("name", [USERNS, APPARMOR])
def test_an_administrator_is_not_under_the_limits_of_ordinary_users(name: str) -> None:
    here = replace(setting(name, 0 if name == USERNS else 1), root=True, administrator=True)
    assert name not in machine.remedy("full", "PermissionError: unshare", here)


def test_an_interpreter_that_cannot_be_read_has_a_remedy_of_its_own() -> None:
    assert "ordinary user" in machine.remedy("landlock", "/root, which others cannot read", GOOD)


def test_this_machine_is_told() -> None:
    here = machine.examine()
    assert here.kernel
    assert here.architecture
    assert set(here.sysctls) == set(machine.SYSCTLS)


def test_a_remedy_that_is_named_is_one_that_the_kernel_knows() -> None:
    """Each setting is read by the path that the kernel documents: dots are slashes."""
    assert {name.replace(".", "/") for name in machine.SYSCTLS} == set(machine.SYSCTLS.values())
