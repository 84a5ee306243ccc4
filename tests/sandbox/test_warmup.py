"""After the warm-up: one thread, nothing changed that a learner could see, and nothing to load."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from logitlab.sandbox.child import warmup
from tests.sandbox.loaded import run

WARM = """
import gc, os, random, sys, warnings
import numpy as np, torch
from logitlab.sandbox.child import warmup
warnings.simplefilter("error")

def visible():
    numpy_state = np.random.get_state()
    return [
        torch.get_rng_state().tolist(),
        torch.initial_seed(),
        repr(random.getstate()),
        [repr(part.tolist() if hasattr(part, "tolist") else part) for part in numpy_state],
        str(torch.get_default_dtype()),
        torch.is_grad_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        gc.isenabled(),
        torch.get_num_threads(),
        dict(os.environ),
        sorted(os.listdir("/proc/self/fd")),
        str(torch.tensor([1.5, 1e9])),
        np.array2string(np.array([1.5])),
    ]

torch.manual_seed(11)
torch.set_num_threads(1)
before = visible()
warmup.warm()
"""


# Without the package, which imports NumPy for itself.
ALONE = f"import runpy; runpy.run_path({warmup.__file__!r})['warm']();"


def test_nothing_that_a_learner_can_see_has_changed() -> None:
    assert run(WARM + "result = [visible() == before, len(before)]") == [True, 13]


def test_no_file_is_written_and_no_folder_made(tmp_path: Path) -> None:
    code = ALONE + "import os; os._exit(0)"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    environment.pop("TORCHINDUCTOR_CACHE_DIR", None)
    torch_folder = Path(importlib.util.find_spec("torch").origin).parent
    before = set(torch_folder.iterdir())
    subprocess.run([sys.executable, "-B", "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
    assert set(torch_folder.iterdir()) == before


def test_one_thread_is_left() -> None:
    assert run(WARM + "result = len(os.listdir('/proc/self/task'))") == 1


def test_more_threads_may_be_asked_for_in_vain() -> None:
    code = """
torch.set_num_threads(4)
torch.set_num_interop_threads(4)
torch.set_num_interop_threads(2)
torch._C.set_num_threads(4)
layer = torch.nn.Conv2d(1, 8, 3)
layer(torch.randn(8, 1, 32, 32)).sum().backward()
result = [torch.get_num_threads(), len(os.listdir("/proc/self/task"))]
"""
    assert run(WARM + code) == [1, 1]


# First uses that would import hundreds of modules.
FIRST_USES = {
    "optimiser": "torch.optim.Adam([torch.zeros(1, requires_grad=True)]).zero_grad()",
    "func": "torch.func.grad(torch.sum)(torch.ones(3))",
    "checkpoint": "from torch.utils import checkpoint; checkpoint.checkpoint_sequential",
    "testing": "torch.testing.assert_close(torch.ones(1), torch.ones(1))",
    "gradcheck": "torch.autograd.gradcheck(torch.sin, torch.ones(1).double().requires_grad_())",
    "numpy": "np.linalg.svd(np.random.default_rng(0).normal(size=(3, 3)))",
    "shown": "str(torch.ones(2)), str(np.ones(2))",
    "batches": "list(torch.utils.data.DataLoader(range(3), shuffle=True))",
    "standard library": "import csv, dataclasses, fractions, json, pathlib, statistics, unittest",
}


def test_first_uses_have_nothing_left_to_import() -> None:
    code = f"""
result = {{}}
for name, use in {FIRST_USES!r}.items():
    loaded = set(sys.modules)
    exec(use)
    if set(sys.modules) != loaded:
        result[name] = sorted(set(sys.modules) - loaded)
"""
    assert run(WARM + code) == {}


def test_numpys_generators_are_loaded_so_that_they_can_be_seeded() -> None:
    code = ALONE + "import sys; sys.modules['numpy.random']"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_works_without_numpy() -> None:
    assert run(f"""
        import importlib.machinery, runpy, sys
        def absent(name):
            return name.partition(".")[0] == "numpy"
        class Others(importlib.machinery.PathFinder):
            @classmethod
            def find_spec(cls, name, path=None, target=None):
                return None if absent(name) else super().find_spec(name, path, target)
        for name in filter(absent, list(sys.modules)):
            del sys.modules[name]
        sys.meta_path[:] = [*sys.meta_path[:2], Others]
        warmup = runpy.run_path({warmup.__file__!r})
        warmup["warm"]()
        result = sorted(warmup["versions"]())
    """) == ["python", "torch"]


def test_a_broken_module_is_not_passed_over() -> None:
    with pytest.raises(ModuleNotFoundError, match="nothing_such"):
        warmup._import_if_there("torch.nothing_such")
    warmup._import_if_there("nothing_such")


def test_versions_name_what_runs_a_submission() -> None:
    code = "result = [warmup.versions(), torch.__version__, np.__version__]"
    versions, torch, numpy = run(WARM + code)
    assert (versions["torch"], versions["numpy"]) == (torch, numpy)
    assert versions["python"].startswith("3.")
