"""All attacks, in one table."""

from tests.hostile.attacks import (
    endings,
    evidence,
    files,
    kernel,
    network,
    processes,
    python,
    resources,
    values,
)

ATTACKS = tuple(
    attack
    for module in (
        files,
        network,
        processes,
        resources,
        kernel,
        endings,
        evidence,
        python,
        values,
    )
    for attack in module.ATTACKS
)
