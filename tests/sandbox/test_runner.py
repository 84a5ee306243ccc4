"""What a run reports of honest code, of code that ends badly, and of calls made after it."""

import json
from pathlib import Path
from textwrap import dedent

import pytest
import torch

from logitlab.sandbox import Call, Expression, Limits, Returned, Runner
from logitlab.sandbox.evidence import Run

QUICK = Limits(wall_seconds=0.5)


def notebook(*cells: str) -> str:
    described = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": described})


def values(run: Run, name: str) -> list[object]:
    return [statement.bound[name] for statement in run.statements if name in statement.bound]


class TestStatements:
    def run(self, runner: Runner, code: str, **options: object) -> Run:
        (run,) = runner.run(dedent(code), **options).runs
        return run

    def test_each_top_level_statement_tells_what_it_bound(self, runner: Runner) -> None:
        run = self.run(runner, "import torch\nx = torch.arange(6).reshape(2, 3)\ny = x.T\n")
        assert run.status == "finished"
        assert run.error is None
        assert [(s.line, s.end_line, sorted(s.bound)) for s in run.statements] == [
            (1, 1, ["torch"]),
            (2, 2, ["x"]),
            (3, 3, ["y"]),
        ]
        assert torch.equal(values(run, "y")[0].to_torch(), torch.arange(6).reshape(2, 3).T)

    def test_a_name_that_is_bound_again_is_recorded_each_time(self, runner: Runner) -> None:
        run = self.run(runner, "import torch\nx = torch.ones(2)\nx = x + 1\nx.add_(1)\nx = x\n")
        assert [value.to_torch().tolist() for value in values(run, "x")] == [
            [1, 1],
            [2, 2],
            [3, 3],
            [3, 3],
        ]

    def test_print_tells_text_and_objects(self, runner: Runner) -> None:
        run = self.run(runner, "import torch\nprint('shape:', torch.zeros(5, 6).shape, end='!')\n")
        (shown,) = run.statements[1].shown
        assert (shown.how, shown.text) == ("print", "shape: torch.Size([5, 6])!")
        assert run.stdout == "shape: torch.Size([5, 6])!"
        assert len(shown.values) == 2

    def test_streams_are_kept_apart(self, runner: Runner) -> None:
        run = self.run(
            runner,
            "import sys, os\nsys.stderr.write('e')\n"
            "sys.stdout.buffer.write(b'o')\nos.write(1, b'raw')\n",
        )
        assert (run.stdout, run.stderr, run.output) == ("o", "e", "raw")

    def test_locals_of_functions_that_the_code_ran_itself(self, runner: Runner) -> None:
        run = self.run(runner, "def main():\n    x = 41 + 1\n    return None\n\nmain()\n")
        (local,) = run.statements[-1].locals
        assert local.function == "main"
        assert set(local.values) == {"x"}

    def test_an_exception_names_the_learners_own_lines(self, runner: Runner) -> None:
        code = (
            "import torch\ndef f():\n    return torch.ones(2) @ torch.ones(3)\n\nf()\nprint('no')\n"
        )
        run = self.run(runner, code)
        assert run.status == "crashed"
        assert run.stdout == ""
        assert run.error.type == "RuntimeError"
        assert run.error.line == 3
        assert [place.line for place in run.error.places] == [5, 3]

    def test_what_was_computed_before_the_crash_is_kept(self, runner: Runner) -> None:
        run = self.run(runner, "x = 1\nimport os\nos._exit(0)\ny = 2\n")
        assert run.status == "crashed"
        assert run.error.line == 3
        assert values(run, "x")
        assert not values(run, "y")

    @pytest.mark.parametrize("status", ["", "0", "None"])
    def test_a_peaceful_exit_ends_the_run(self, runner: Runner, status: str) -> None:
        run = self.run(runner, f"import sys\nprint(1)\nsys.exit({status})\nprint(2)\n")
        assert run.status == "finished"
        assert run.stdout == "1\n"

    def test_another_exit_is_a_crash(self, runner: Runner) -> None:
        run = self.run(runner, "raise SystemExit(3)\n")
        assert run.status == "crashed"
        assert run.error.type == "SystemExit"

    def test_a_loop_without_end_is_a_timeout_and_keeps_what_was_before(
        self, runner: Runner
    ) -> None:
        run = self.run(runner, "x = 1\nwhile True: pass\n", limits=QUICK)
        assert run.status == "timeout"
        assert values(run, "x")
        assert run.error.line == 2
        assert not run.statements[-1].finished

    @pytest.mark.parametrize(
        "code", ["x = 'a' * 10**10", "import torch\nx = torch.zeros(10**10)", "x = [0] * 10**10"]
    )
    def test_too_much_memory(self, runner: Runner, code: str) -> None:
        assert self.run(runner, code).status == "out_of_memory"

    def test_output_is_bounded(self, runner: Runner) -> None:
        run = self.run(
            runner, "for i in range(100_000): print('x' * 50)\n", limits=Limits(output_bytes=5000)
        )
        assert run.status == "finished"
        assert run.dropped
        assert 4000 < len(run.stdout) <= 5000

    def test_many_small_prints_cost_no_evidence(self, runner: Runner) -> None:
        run = self.run(runner, "for i in range(50_000): print(i)\n")
        assert run.status == "finished"
        assert run.stdout.endswith("49999\n")


class TestCells:
    def test_a_cell_that_raises_does_not_end_the_notebook(self, runner: Runner) -> None:
        (run,) = runner.run(notebook("x = 1", "1 / 0\nz = 3", "y = x + 1\ny")).runs
        assert run.status == "crashed"
        assert run.error.cell == 1
        assert values(run, "y")
        assert not values(run, "z")
        (shown,) = run.statements[-1].shown
        assert (shown.how, shown.text) == ("display", "2\n")

    def test_a_cell_that_does_not_parse_is_that_cells_error(self, runner: Runner) -> None:
        (run,) = runner.run(notebook("x = 1", "y = = 2", "z = 3")).runs
        assert run.error.type == "SyntaxError"
        assert run.error.cell == 1
        assert values(run, "z")

    def test_percent_cells_keep_the_files_lines(self, runner: Runner) -> None:
        (run,) = runner.run("# %%\nx = 1\n\n# %%\n1 / 0\n\n# %%\nx\n").runs
        assert (run.error.cell, run.error.line) == (1, 5)
        assert run.statements[-1].shown

    def test_a_mistake_in_a_later_cell_has_the_files_line(self, runner: Runner) -> None:
        (run,) = runner.run("# %%\nx = 1\n\n# %%\ny = = 2\n").runs
        assert (run.error.type, run.error.cell, run.error.line) == ("SyntaxError", 1, 5)

    def test_the_source_of_a_function_can_be_inspected(self, runner: Runner) -> None:
        code = (
            "# %%\nimport inspect\n# %%\n"
            "def f():\n    return '\\f'\n# %%\nprint(inspect.getsource(f))"
        )
        (run,) = runner.run(code).runs
        assert run.stdout.startswith("def f():\n    return ")

    def test_a_semicolon_displays_nothing(self, runner: Runner) -> None:
        (run,) = runner.run("# %%\n1;\n").runs
        assert not run.statements[0].shown

    def test_await_at_top_level(self, runner: Runner) -> None:
        (run,) = runner.run(notebook("import asyncio\nx = await asyncio.sleep(0, 'slept')\nx")).runs
        assert run.status == "finished"
        assert run.stdout == "'slept'\n"

    def test_display_and_magics(self, runner: Runner) -> None:
        code = "%matplotlib inline\nfrom IPython.display import display\ndisplay(7)\n!pip list"
        (run,) = runner.run(notebook(code)).runs
        assert run.status == "finished"
        assert run.stdout == "7\n"
        assert len(run.source.remarks) == 2


class TestHonestHabits:
    """What learners write that a sandbox could break."""

    @pytest.mark.parametrize(
        "code",
        [
            "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('x.png')\nplt.show()",
            "import torch\n"
            "loader = torch.utils.data.DataLoader(range(9), num_workers=2)\nlist(loader)",
            "import torch\ntorch.set_num_threads(4)\n"
            "torch.save(torch.ones(3), 'x.pt')\ntorch.load('x.pt')",
            "import tempfile, pathlib\npathlib.Path(tempfile.mkdtemp(), 'a').write_text('a')",
            "import threading\nthread = threading.Thread(target=print)\n"
            "thread.start()\nthread.join()",
            "from multiprocessing import Pool\nwith Pool(2) as pool:\n    pool.map(abs, [1, -2])",
            "import numpy, random\nnumpy.random.default_rng(0).normal(size=3), random.random()",
            "from logitlab import check\ncheck(6)",
            "import pickle\npickle.dumps(print)",
            "print(chr(0xD800))",
        ],
    )
    def test_it_works(self, runner: Runner, code: str) -> None:
        (run,) = runner.run(code).runs
        assert (run.status, run.error) == ("finished", None)


class TestCalls:
    CODE = """
    import torch
    def double(z):
        return z * 2
    def spoil(z):
        z.zero_()
        raise ValueError("spoilt")
    def train(x):
        print("training")
        return lambda new: new + x
    def slope(f, z):
        return f(z + 1) - f(z)
    """

    def calls(self, runner: Runner, *calls: Call, **options: object) -> Run:
        (run,) = runner.run(dedent(self.CODE), calls=calls, **options).runs
        return run

    def test_the_result_comes_back(self, runner: Runner) -> None:
        z = torch.tensor([1.0, 2.0])
        (called,) = self.calls(runner, Call("double", (z,))).calls
        assert torch.equal(called.result.to_torch(), z * 2)
        assert called.error is None

    def test_inputs_are_reported_after_the_call(self, runner: Runner) -> None:
        called, after = self.calls(
            runner, Call("spoil", (torch.ones(2),)), Call("double", (2,))
        ).calls
        assert called.arguments[0].to_torch().tolist() == [0, 0]
        assert called.error.type == "ValueError"
        assert called.result is None
        assert after.finished
        assert after.error is None

    def test_a_returned_function_is_called(self, runner: Runner) -> None:
        first, second = self.calls(runner, Call("train", (1,)), Call(Returned(0), (2,))).calls
        assert first.stdout == "training\n"
        assert second.result.to_json() == 3

    def test_an_argument_may_be_an_expression(self, runner: Runner) -> None:
        call = Call("slope", (Expression("lambda z: (z ** 2).sum()"), torch.zeros(3)))
        (called,) = self.calls(runner, call).calls
        assert called.result.to_torch().item() == 3

    def test_a_missing_function_is_told(self, runner: Runner) -> None:
        (called,) = self.calls(runner, Call("triple", (1,))).calls
        assert called.error.type == "NoSuchFunction"

    def test_functions_defined_before_a_crash_can_be_called(self, runner: Runner) -> None:
        (run,) = runner.run("def f(): return 5\n1 / 0\n", calls=[Call("f")]).runs
        assert run.status == "crashed"
        assert run.calls[0].result.to_json() == 5

    def test_a_call_without_end_is_a_timeout(self, runner: Runner) -> None:
        code = "def f():\n    while True: pass\ndef g(): return 1\n"
        (run,) = runner.run(code, calls=[Call("g"), Call("f"), Call("g")], limits=QUICK).runs
        assert run.status == "timeout"
        assert [called.finished for called in run.calls] == [True, False]


class TestSeeds:
    def test_runs_differ_though_the_learner_seeded(self, runner: Runner) -> None:
        code = (
            "import torch\ntorch.manual_seed(42)\nx = torch.randn(3)\n"
            "torch.manual_seed(42)\ny = torch.randn(3)\n"
        )
        evidence = runner.run(code, seeds=(1, 2, 1))
        x = [values(run, "x")[0].to_torch() for run in evidence.runs]
        y = [values(run, "y")[0].to_torch() for run in evidence.runs]
        assert torch.equal(x[0], y[0])
        assert torch.equal(x[0], x[2])
        assert not torch.equal(x[0], x[1])
        assert [run.seed for run in evidence.runs] == [1, 2, 1]
        assert any(seeding.value == 42 for seeding in evidence.runs[0].seedings)


class TestWatch:
    def test_uses_of_a_watched_name_are_told_with_their_line(self, runner: Runner) -> None:
        code = "import torch\ndef softmax(z):\n    return torch.softmax(z, 0)\n"
        call = Call("softmax", (torch.ones(2),))
        (run,) = runner.run(code, calls=[call, call], watch=["torch.softmax"]).runs
        assert [(use.name, use.line) for called in run.calls for use in called.uses] == [
            ("torch.softmax", 3),
            ("torch.softmax", 3),
        ]


class TestFiles:
    def test_a_path(self, runner: Runner, tmp_path: Path) -> None:
        path = tmp_path / "sums.py"
        path.write_bytes("\ufeffx = 'é'\r\n".encode())
        evidence = runner.run(path)
        assert evidence.name == "sums.py"
        assert evidence.status == "finished"
        assert len(evidence.sha256) == 64

    def test_a_syntax_error_is_unreadable(self, runner: Runner) -> None:
        (run,) = runner.run("x = 1\ny = = 2\n").runs
        assert run.status == "unreadable"
        assert run.error.line == 2

    def test_a_link_is_unreadable(self, runner: Runner, tmp_path: Path) -> None:
        (tmp_path / "real.py").write_text("x = 1")
        (tmp_path / "link.py").symlink_to("real.py")
        evidence = runner.run(tmp_path / "link.py")
        assert evidence.status == "unreadable"
        assert evidence.sha256 is None
