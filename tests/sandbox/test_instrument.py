"""Instrumented functions do what they did, and report the names that they had at their end."""

import ast
import inspect
import linecache
import re
import sys
import textwrap
import traceback
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child.instrument import HOOK, hooks, instrument

FILE = "submission.py"
Report = tuple[str, str]

# Each defines `run`, which is called; what it returns or raises is the behaviour.
CORPUS = {
    "plain": """
        def run():
            x = 2
            y = x + 1
            return y
    """,
    "docstring alone": """
        def run():
            "Nothing."
    """,
    "docstring and code": """
        def run():
            '''Two
            lines.'''
            x = run.__doc__
            return x
    """,
    "returns early": """
        def part(n):
            for i in range(10):
                if i == n:
                    return i, "early"
            late = True
            return late
        def run():
            return part(3), part(30)
    """,
    "raises": """
        def run():
            x = 1
            raise ValueError("no", x)
    """,
    "raises below": """
        def inner(z):
            y = z - 1
            return 1 / y
        def run():
            before = 5
            return inner(1) + before
    """,
    "raises from": """
        def run():
            try:
                {}["k"]
            except KeyError as error:
                caught = True
                raise RuntimeError("outer") from error
    """,
    "handles": """
        def run():
            try:
                int("x")
            except ValueError as error:
                message = str(error)
            else:
                message = None
            finally:
                done = True
            return message, done
    """,
    "finally returns": """
        def run():
            try:
                raise KeyError(1)
            finally:
                return "kept"
    """,
    "finally overrides": """
        def run():
            x = 1
            try:
                return x
            finally:
                x = 2
    """,
    "loops": """
        def run():
            total = 0
            for i in range(9):
                if i % 2:
                    continue
                if i > 6:
                    break
                total += i
            else:
                total = -1
            while total < 100:
                total *= 2
            return total
    """,
    "deleted": """
        def run():
            kept, gone = 1, 2
            del gone
            try:
                return gone
            except UnboundLocalError:
                return kept
    """,
    "global": """
        counter = 0
        def count():
            global counter, fresh
            counter += 1
            fresh = counter
        def run():
            count(); count()
            return counter, fresh
    """,
    "nonlocal": """
        def run():
            n = 0
            def step(by=2):
                nonlocal n
                n += by
                return n
            step(); step(5)
            return n
    """,
    "closure": """
        def adder(a):
            def add(b):
                c = a + b
                return c
            return add
        def run():
            return [adder(i)(10) for i in range(3)]
    """,
    "recursion": """
        def factorial(n):
            if n < 2:
                return 1
            rest = factorial(n - 1)
            return n * rest
        def run():
            return factorial(6)
    """,
    "methods": """
        class Base:
            def __init__(self, x):
                self.x = x
            def double(self):
                y = self.x * 2
                return y
        class Model(Base):
            scale = 3
            def __init__(self, x):
                super().__init__(x)
                self.__hidden = x
            def double(self):
                return super().double() * self.scale + self.__hidden
            @property
            def half(self):
                return self.x / 2
            @staticmethod
            def static(a):
                b = a
                return b
            @classmethod
            def make(cls, value):
                made = cls(value)
                return made
            def __eq__(self, other):
                same = self.x == other.x
                return same
        def run():
            model = Model.make(4)
            return model.double(), model.half, model.static(1), model == model
    """,
    "decorated": """
        import functools
        def twice(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                first = function(*args, **kwargs)
                return first, function(*args, **kwargs)
            return wrapper
        @twice
        def add(a, b=1, *rest, c=2, **named):
            '''Adds.'''
            total = a + b + c + sum(rest)
            return total
        def run():
            return add(1), add(1, 2, 3, c=4, d=5), add.__name__, add.__doc__
    """,
    "cached": """
        import functools
        @functools.lru_cache
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)
        def run():
            return fib(20), fib.cache_info().hits
    """,
    "defaults": """
        def run(a=[], *, b={"k": 1}):
            a.append(len(a))
            return list(a), b
        run()
    """,
    "generator": """
        def numbers(n):
            for i in range(n):
                got = yield i
            return "end"
        def run():
            def again():
                return (yield from numbers(2))
            return list(numbers(3)), list(again())
    """,
    "yield in a default": """
        def outer():
            def inner(x=(yield 1)):
                return x
            return inner
        def run():
            generator = outer()
            next(generator)
            try:
                generator.send(5)
            except StopIteration as stop:
                return stop.value()
    """,
    "yield in a decorator": """
        def outer():
            @(yield 1)
            def inner():
                return 2
            return inner
        def run():
            generator = outer()
            next(generator)
            try:
                generator.send(lambda function: function() + 1)
            except StopIteration as stop:
                return stop.value
    """,
    "yield below": """
        def run():
            def numbers():
                yield 1
                yield 2
            values = list(numbers())
            return values
    """,
    "coroutine": """
        import asyncio
        async def double(x):
            await asyncio.sleep(0)
            return 2 * x
        async def gather():
            return [await double(i) for i in range(3)]
        def run():
            value = asyncio.run(gather())
            return value
    """,
    "lambdas": """
        def run():
            square = lambda x: x * x
            return sorted([3, -2, 1], key=square), [(lambda y=i: y)() for i in range(3)]
    """,
    "comprehensions": """
        def run():
            n = 3
            grid = [[i * j for j in range(n)] for i in range(n)]
            flat = {x: x for row in grid for x in row if (last := x)}
            return grid, flat, last, sum(i for i in range(n))
    """,
    "match": """
        def kind(value):
            match value:
                case {"k": inner}:
                    def tell():
                        return inner
                    return tell()
                case [first, *rest]:
                    return first, rest
                case str() as text if text:
                    return text
                case _:
                    return None
        def run():
            return [kind(v) for v in ({"k": 1}, [1, 2], "t", 3)]
    """,
    "with": """
        import contextlib
        @contextlib.contextmanager
        def opened(name):
            yield name.upper()
        class Swallow:
            def __enter__(self):
                return self
            def __exit__(self, *error):
                self.error = error[0]
                return True
        def run():
            with opened("a") as a, Swallow() as swallow:
                raise OSError(a)
            return a, swallow.error.__name__
    """,
    "exception groups": """
        def run():
            found = []
            try:
                raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
            except* ValueError as group:
                found.append(len(group.exceptions))
            except* KeyError:
                found.append("key")
            return found
    """,
    "exits": """
        def run():
            code = 3
            raise SystemExit(code)
    """,
    "nested definitions": """
        if True:
            for _ in range(1):
                try:
                    def run():
                        class Local:
                            z = 1
                            def method(self):
                                w = self.z
                                return w
                        value = Local().method()
                        return value
                finally:
                    pass
    """,
    "annotations": """
        def run(x: int = 1) -> "list[int]":
            y: list[int] = [x]
            z: int
            return y
    """,
    "imports inside": """
        def run():
            import math
            from math import pi as circle
            return math.floor(circle)
    """,
    "its own locals": """
        def run():
            before = 1
            names = locals()
            after = 2
            return sorted(names)
    """,
    "its own vars": """
        def run():
            before = 1
            names = vars()
            after = 2
            return sorted(names)
    """,
    "names of ours taken": """
        locals = vars = sorted = len = None
        class RecursionError(Exception):
            pass
        def run():
            x = 1
            return x
    """,
    "context kept": """
        def run():
            import sys
            try:
                raise ValueError(1)
            except ValueError:
                inner()
                return sys.exc_info()[0].__name__
        def inner():
            import sys
            held = sys.exc_info()[0].__name__
            return held
    """,
    "mutates": """
        def change(values):
            values.append(4)
            values = None
        def run():
            mine = [1]
            change(mine)
            return mine
    """,
}


def loaded(source: str, report: Callable[..., None] | None = None) -> dict[str, Any]:
    """The namespace after `source` ran: instrumented if something wants the reports."""
    text = textwrap.dedent(source)
    linecache.cache[FILE] = (len(text), None, text.splitlines(True), FILE)
    tree = ast.parse(text)
    if report is None:
        namespace: dict[str, Any] = {}
    else:
        tree, namespace = instrument(tree), hooks(report)
    exec(compile(tree, FILE, "exec"), namespace)
    return namespace


def behaviour(namespace: dict[str, Any]) -> str:
    """What `run` returned or how it raised: every line of the traceback from there on."""
    try:
        return plain(namespace["run"]())
    except BaseException as error:
        below = error.__traceback__ and error.__traceback__.tb_next
        return "".join(traceback.format_exception(type(error), error, below))


def plain(value: object) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def snapshot(local: dict[str, Any]) -> str:
    return plain(sorted(local.items()))


def observed(source: str) -> list[Report]:
    """What the interpreter itself tells of the functions' names at their end, by profiling."""
    reports = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and reported(frame.f_code):
            reports.append((frame.f_code.co_qualname, snapshot(dict(frame.f_locals))))

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        behaviour(loaded(source))
    finally:
        sys.setprofile(before)
    return reports


def reported(code: CodeType) -> bool:
    suspended = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
    own = {"locals", "vars"} & set(code.co_names)
    is_function = bool(code.co_flags & inspect.CO_OPTIMIZED) and not code.co_name.startswith("<")
    return is_function and code.co_filename == FILE and not code.co_flags & suspended and not own


@pytest.mark.parametrize("name", CORPUS)
def test_behaviour_is_the_same_with_and_without(name: str) -> None:
    expected = behaviour(loaded(CORPUS[name]))
    assert behaviour(loaded(CORPUS[name], lambda function, local: None)) == expected


@pytest.mark.parametrize("name", CORPUS)
def test_names_are_reported_as_they_are_when_a_function_ends(name: str) -> None:
    reports: list[Report] = []
    namespace = loaded(CORPUS[name], lambda name, local: reports.append((name, snapshot(local))))
    behaviour(namespace)
    assert reports == observed(CORPUS[name])


def test_a_function_reports_under_its_qualified_name() -> None:
    reports: list[str] = []
    behaviour(loaded(CORPUS["nested definitions"], lambda name, local: reports.append(name)))
    assert reports == ["run.<locals>.Local.method", "run"]


def test_what_the_function_is_stays() -> None:
    def described(namespace: dict[str, Any]) -> list[object]:
        add = namespace["add"].__wrapped__
        code = add.__code__
        return [
            add.__doc__,
            str(inspect.signature(add)),
            inspect.getsource(add),
            (code.co_firstlineno, code.co_name, code.co_varnames, code.co_flags, code.co_freevars),
        ]

    source = CORPUS["decorated"]
    assert described(loaded(source, lambda *_: None)) == described(loaded(source))


def test_no_frame_is_added() -> None:
    source = "import sys\ndef run():\n    return sys._getframe(1).f_code.co_name"
    assert behaviour(loaded(source, lambda *_: None)) == behaviour(loaded(source)) == "'behaviour'"


def test_a_recursion_goes_as_deep_as_before_and_fails_as_before() -> None:
    source = "def run(n):\n    return 0 if n == 0 else 1 + run(n - 1)"

    def deepest(run: Callable[[int], int]) -> int:
        depth = 0
        while True:
            try:
                depth = run(depth + 1)
            except RecursionError:
                return depth

    seen: list[int] = []
    expected = deepest(loaded(source)["run"])
    assert expected > 100
    assert deepest(loaded(source, lambda name, local: seen.append(local["n"]))["run"]) == expected
    assert seen


@pytest.mark.parametrize("depth", [1, 10, 15, 16, 17, 20])
def test_blocks_nested_to_the_compilers_limit_still_compile(depth: int) -> None:
    lines = ["def run():", " result = 0"]
    lines += [" " * level + f"for i{level} in [{level}]:" for level in range(1, depth + 1)]
    lines += [" " * (depth + 1) + "result += 1", " return result"]
    assert behaviour(loaded("\n".join(lines), lambda *_: None)) == "1"


@pytest.mark.parametrize("items", [1, 10, 15, 16, 17, 20])
def test_one_with_of_many_still_compiles(items: int) -> None:
    source = "import contextlib\ndef run():\n with " + ", ".join(["contextlib.suppress()"] * items)
    assert behaviour(loaded(source + ":\n  return 1", lambda *_: None)) == "1"


@pytest.mark.parametrize("loops", [0, 1, 2])
def test_handlers_nested_to_the_compilers_limit_still_compile(loops: int) -> None:
    compiled = 0
    for tries in range(1, 12):
        source = nested(loops, tries)
        try:
            expected = behaviour(loaded(source))
        except SyntaxError:
            break
        compiled = tries
        assert behaviour(loaded(source, lambda *_: None)) == expected
    assert 5 <= compiled < 11


def nested(loops: int, tries: int) -> str:
    """A function with this many loops, and below them as many handlers in handlers."""
    lines = ["def run():"]
    lines += [" " * level + f"for i{level} in [0]:" for level in range(1, loops + 1)]
    levels = range(loops + 1, loops + tries + 1)
    for level in levels:
        lines += [" " * level + line for line in ("try:", " 1 / 0", "except ArithmeticError as e:")]
    lines += [" " * (levels[-1] + 1) + "x = 1"]
    for level in reversed(levels):
        lines += [" " * level + "finally:", " " * level + f" x = {level}"]
    return "\n".join(lines)


def test_lines_are_only_those_that_the_function_had() -> None:
    def lines(namespace: dict[str, Any]) -> set[int | None]:
        return {line for _, _, line in namespace["part"].__code__.co_lines()} - {None}

    source = CORPUS["returns early"]
    assert lines(loaded(source, lambda *_: None)) == lines(loaded(source))


@pytest.mark.parametrize(
    "body",
    [
        "return " + "+".join(["1"] * 2000),
        "if x:\n  pass\n" + "".join(f" elif x == {n}:\n  pass\n" for n in range(900)),
        "return " + "(" * 150 + "x" + ")" * 150,
    ],
)
def test_what_the_parser_took_however_deep_is_instrumented(body: str) -> None:
    limit = sys.getrecursionlimit()
    tree = ast.parse(f"def run(x):\n {body}")
    sys.setrecursionlimit(len(inspect.stack(0)) + 50)  # any recursion over the tree would fail
    try:
        instrument(tree)
    finally:
        sys.setrecursionlimit(limit)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert isinstance(function.body[0], ast.Try)


@given(st.lists(st.sampled_from(sorted(CORPUS)), min_size=2, max_size=5, unique=True))
def test_functions_of_one_module_do_not_disturb_each_other(names: list[str]) -> None:
    names = [name for name in names if name != "names of ours taken"]
    sources = [textwrap.dedent(CORPUS[name]) for name in names]
    joined = "\n".join(f"{source}\nrun_{i} = run" for i, source in enumerate(sources))
    joined += "\ndef run():\n    pass\n"
    instrumented, original = loaded(joined, lambda *_: None), loaded(joined)
    for i in range(len(names)):
        run = {"run": instrumented[f"run_{i}"]}, {"run": original[f"run_{i}"]}
        assert behaviour(run[0]) == behaviour(run[1])


def test_code_outside_of_functions_is_as_it_was() -> None:
    source = textwrap.dedent("""
        x = [i for i in range(3)]
        f = lambda: x
        class A:
            y = 1
        async def g():
            return 1
    """)
    assert ast.unparse(instrument(ast.parse(source))) == ast.unparse(ast.parse(source))


def test_an_error_of_the_hook_is_not_hidden() -> None:
    def broken(name: str, local: dict[str, Any]) -> None:
        raise ValueError("the hook is broken")

    with pytest.raises(ValueError, match="the hook is broken"):
        loaded("def run():\n    return 1", broken)["run"]()


def test_the_hook_may_stand_in_the_builtins(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    reports: list[str] = []
    for name, value in hooks(lambda name, local: reports.append(name)).items():
        monkeypatch.setattr(builtins, name, value, raising=False)
    assert HOOK in vars(builtins)
    namespace: dict[str, Any] = {}
    exec(compile(instrument(ast.parse("def f():\n    pass")), FILE, "exec"), namespace)
    namespace["f"]()
    assert reports == ["f"]
