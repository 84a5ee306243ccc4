"""What one run may use."""

from __future__ import annotations

from dataclasses import dataclass

READY = b"\n"  # a spare process says its CPU seconds and this, before any frame, once it is warm


@dataclass(frozen=True)
class Limits:
    """What one run may use: seconds, bytes, and processes with their threads.

    `memory_bytes` comes on top of what Python and torch take; `file_bytes` bounds all files
    together, `output_bytes` what is kept of the text that is printed.
    """

    wall_seconds: float = 10.0
    cpu_seconds: float = 10.0
    memory_bytes: int = 1 << 30
    processes: int = 16
    file_bytes: int = 16 << 20
    output_bytes: int = 1 << 20
