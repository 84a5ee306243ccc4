"""Attacks by output: more of it than anybody reads, by every way out."""

from tests.hostile.attack import Attack, everywhere

ATTACKS = (
    Attack(
        "floods print",
        """
        for _ in range(3000):
            print("x" * 10_000)
        """,
        "finished",
    ),
    Attack(
        "floods standard output and error",
        """
        import sys
        for _ in range(300):
            sys.stdout.write("x" * 100_000)
            sys.stderr.write("y" * 100_000)
        """,
        "finished",
    ),
    Attack(
        "floods the descriptors",
        """
        import os
        for _ in range(1000):
            os.write(1, b"x" * 30_000)
            os.write(2, b"y" * 30_000)
        """,
        everywhere("finished"),
    ),
    Attack(
        "floods the evidence with names and locals",
        """
        import torch
        def one():
            inner = torch.zeros(1000)
            return inner
        for index in range(30_000):
            globals()[f"name_{index}"] = "x" * 1000
            one()
        """,
        "finished",
    ),
    Attack(
        "prints more tensors than are told",
        """
        import torch
        x = torch.zeros(3)
        for _ in range(3000):
            print(x)
        """,
        "finished",
    ),
    Attack(
        "writes to two streams in turn",
        """
        import sys
        for _ in range(70_000):
            sys.stdout.write("x")
            sys.stderr.write("y")
        """,
        "finished",
    ),
    Attack(
        "seeds more often than is told",
        """
        import random, torch
        for seed in range(70_000):
            random.seed(seed)
        torch.manual_seed(10)
        """,
        "finished",
    ),
)
