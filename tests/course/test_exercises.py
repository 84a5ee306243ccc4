"""Each solution is right on many seeds, and each oracle refuses what learners get wrong."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from logitlab.course.catalog import exercise, exercises
from logitlab.course.run import run_source
from logitlab.course.solution import solve, verify


@pytest.mark.parametrize("id", [exercise.id for exercise in exercises()])
def test_the_solution_is_verified_on_many_seeds(id: str) -> None:
    for seed in range(0, 16 * 25, 16):
        solved = solve(exercise(id), seed)
        assert solved.verified, (seed, [f for f in solved.findings if not f.holds])


@dataclass(frozen=True)
class Wrong:
    """An edit of a solution after which exactly these requirements do not hold."""

    exercise: str
    mistake: str
    old: str
    new: str
    broken: set[str]


WRONG = (
    Wrong("1", "uniform", "torch.randn(5, 6)", "torch.rand(5, 6)", {"random_tensor"}),
    Wrong(
        "1", "hard-coded", "torch.randn(5, 6)", "torch.arange(30.).view(5, 6)", {"random_tensor"}
    ),
    Wrong(
        "1",
        "rows and columns swapped",
        "5, 6",
        "6, 5",
        {"random_tensor", "shape_shown", "mean_shown"},
    ),
    Wrong("1", "mean of each column", "x1.mean().item()", "x1.mean(dim=0)", {"mean_shown"}),
    Wrong("1", "sum for mean", "x1.mean()", "x1.sum()", {"mean_shown"}),
    Wrong("1", "no dtype", "x1.dtype", "'float'", {"dtype_shown"}),
    Wrong("2", "ten included", "0, 10", "0, 11", {"random_integers"}),
    Wrong("2", "nine excluded", "0, 10", "0, 9", {"random_integers"}),
    Wrong(
        "2",
        "hard-coded",
        "torch.randint(0, 10, (4, 4))",
        "torch.arange(16).view(4, 4) % 10",
        {"random_integers"},
    ),
    Wrong("2", "not the same", "x2.float()", "x2.float() + 0.5", {"same_as_float"}),
    Wrong(
        "2",
        "not a float",
        "x2.float()",
        "x2.clone()",
        {"same_as_float", "difference"},
    ),
    Wrong("2", "difference not printed", "print(difference)", "", {"difference"}),
    Wrong("2", "false words", "16777217", "16777215", {"true_words"}),
    Wrong("3", "reshaped, not transposed", "x3.T", "x3.reshape(2, 3)", {"transposed", "product"}),
    Wrong(
        "3",
        "the other way round",
        "x3 @ x3_transposed",
        "x3_transposed @ x3",
        {"product", "shape_shown"},
    ),
    Wrong(
        "3",
        "integers",
        "torch.rand(3, 2)",
        "torch.randint(9, (3, 2))",
        {"random_tensor", "transposed", "product"},
    ),
    Wrong("4", "five excluded", "torch.randint(1, 6", "torch.randint(1, 5", {"random_integers"}),
    Wrong("4", "zero included", "torch.randint(1, 6", "torch.randint(0, 6", {"random_integers"}),
    Wrong("4", "division", "X4_A * X4_B", "X4_A // X4_B", {"product_shown"}),
    Wrong("4", "B minus A", "X4_A - X4_B", "X4_B - X4_A", {"difference_shown"}),
    Wrong("4", "a shape missing", "total.shape, ", "", {"shapes_shown"}),
    Wrong(
        "5",
        "four rows of three",
        ".reshape(3, 4)",
        ".reshape(4, 3)",
        {"reshaped", "flattened", "shapes_shown"},
    ),
    Wrong("5", "from zero", "torch.linspace(1, 12, steps=12)", "torch.arange(12.)", {"reshaped"}),
    Wrong("5", "column by column", "x5.flatten()", "x5.T.flatten()", {"flattened"}),
    Wrong("5", "one step too many", "x5.flatten()", "x5", {"flattened", "shapes_shown"}),
    Wrong(
        "6",
        "wrong axis",
        "column_sums = x6.sum(dim=0)",
        "column_sums = x6.sum(dim=1)",
        {"column_sum"},
    ),
    Wrong("6", "wrong axis", "row_sums = x6.sum(dim=1)", "row_sums = x6.sum(dim=0)", {"row_sum"}),
    Wrong("6", "mean for sum", "x6.sum(dim=1)", "x6.mean(dim=1)", {"row_sum"}),
    Wrong(
        "6",
        "dimension kept",
        "x6.sum(dim=1)",
        "x6.sum(dim=1, keepdim=True)",
        {"row_sum", "shapes_confirmed"},
    ),
    Wrong("6", "hard-coded", "torch.randn(4, 4)", "torch.ones(4, 4)", {"random_tensor"}),
    Wrong(
        "7",
        "B first",
        "torch.cat([X7_A, X7_B], dim=0)",
        "torch.cat([X7_B, X7_A], dim=0)",
        {"along_dim0"},
    ),
    Wrong("7", "wrong dim", "dim=1", "dim=0", {"along_dim1"}),
    Wrong(
        "7",
        "stacked",
        "torch.cat([X7_A, X7_B], dim=0)",
        "torch.stack([X7_A, X7_B], dim=0)",
        {"along_dim0"},
    ),
    Wrong(
        "7", "hard-coded", "X7_B = torch.rand(2, 2)", "X7_B = torch.zeros(2, 2)", {"random_tensors"}
    ),
    Wrong("8", "integer mean", "x8.float().mean(dim=2)", "x8.sum(dim=2) // 4", {"mean"}),
    Wrong("8", "wrong axis", "mean(dim=2)", "mean(dim=1)", {"mean", "shapes_shown"}),
    Wrong("8", "last two dimensions", "mean(dim=2)", "mean(dim=(1, 2))", {"mean", "shapes_shown"}),
    Wrong("8", "maximum of each row", "x8.max()", "x8.amax(dim=2)", {"maximum", "shapes_shown"}),
    Wrong("8", "minimum", "x8.max()", "x8.min()", {"maximum"}),
    Wrong("9", "trace", "torch.linalg.det(x9)", "torch.trace(x9)", {"determinant"}),
    Wrong("9", "size for condition", "condition > 1000", "abs(determinant) < 1", {"true_words"}),
    Wrong("9", "hard-coded", "torch.rand(3, 3)", "torch.eye(3)", {"random_tensor"}),
    Wrong("9", "scaled once", "x9 / 10)", "x9) / 10", {"scale_shown"}),
    Wrong("10", "wrong stack dim", "dim=0", "dim=2", {"stacked", "shape_shown"}),
    Wrong("10", "concatenated", "torch.stack", "torch.cat", {"stacked", "shape_shown"}),
    Wrong("10", "another tensor", "[x10, x10, x10]", "[x10, x10, -x10]", {"stacked"}),
    Wrong("10", "uniform", "torch.randn", "torch.rand", {"random_tensor"}),
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.exercise}: {wrong.mistake}")
def test_the_oracle_refuses(wrong: Wrong) -> None:
    right = exercise(wrong.exercise)
    assert wrong.old in right.solution
    answer = run_source(right.solution.replace(wrong.old, wrong.new), seed=1)
    findings = verify((*right.checks, *right.own), answer)
    assert {finding.requirement for finding in findings if not finding.holds} == wrong.broken


def test_stacking_along_dim_1_is_right_too() -> None:
    right = exercise("10")
    run = run_source(right.solution.replace("dim=0", "dim=1"), seed=0)
    assert all(finding.holds for finding in verify(right.checks, run))


def test_every_exercise_has_two_planted_mistakes_or_more() -> None:
    for one in exercises():
        assert sum(wrong.exercise == one.id for wrong in WRONG) >= 2


def test_a_missing_name_is_a_finding_and_not_a_crash() -> None:
    for one in exercises():
        findings = verify(one.checks, run_source("", seed=0))
        assert not any(finding.holds for finding in findings)


def test_every_text_is_there() -> None:
    for one in exercises():
        assert one.task.startswith(f"# {one.id} · {one.title}\n\n")
        assert one.explanation
        assert all(r.statement for r in one.checks)
        assert len({r.id for r in one.checks}) == len(one.checks)
