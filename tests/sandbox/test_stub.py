"""What a submission finds as `logitlab`: a check that does nothing, and a plain word."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import logitlab

STUB = Path(logitlab.__file__).parent / "sandbox" / "child" / "stub"


def submit(code: str) -> tuple[str, str]:
    """The last line of what `code` prints or raises where the stub comes first, and its modules."""
    after = "\nimport json, sys\nprint(json.dumps([n for n in sys.modules if 'logitlab' in n]))"
    start = f"import sys; sys.path.insert(0, {str(STUB)!r})\n"
    command = [sys.executable, "-S", "-s", "-P", "-c", start + code + after]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout, run.stderr


@pytest.mark.parametrize(
    "code",
    [
        "from logitlab import check; assert check(6) is None",
        "from logitlab import check; assert check() is check('1_more', 2, seed=3) is None",
        "import logitlab; assert logitlab.check(6) is None",
        "import logitlab as l; l.check",
        "from logitlab import *; check(6)",
    ],
)
def test_a_leftover_check_does_nothing(code: str) -> None:
    output, errors = submit(code)
    assert errors == ""
    assert json.loads(output) == ["logitlab"]


@pytest.mark.parametrize(
    "code",
    [
        "from logitlab import cross_entropy",
        "import logitlab; logitlab.softmax",
        "import logitlab.functional",
        "from logitlab.functional import reference",
        "from logitlab import check, derive",
        "import logitlab; logitlab.__version__",
    ],
)
def test_anything_else_is_said_not_to_be_there(code: str) -> None:
    output, errors = submit(code)
    assert output == ""
    assert errors.splitlines()[-1].startswith(("ImportError: ", "AttributeError: "))
    assert errors.endswith("In a checked run, logitlab has only check.\n")


def test_the_stub_is_not_the_package() -> None:
    spec = importlib.util.spec_from_file_location("stub", STUB / "logitlab" / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    stub = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stub)
    assert stub.__all__ == ["check"]
    assert not set(logitlab.__all__) & set(vars(stub))
