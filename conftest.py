"""For every test: one thread each, since pytest-xdist runs one worker for each core."""

import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
