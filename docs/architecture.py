"""Rewrite the list of files in ARCHITECTURE.md: one line for each module, from its docstring.

    python docs/architecture.py

A test fails when the list is not what this would write.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "ARCHITECTURE.md"
MARK = "<!-- files: python docs/architecture.py -->\n"


def lines() -> list[str]:
    """One line for each module that says what it is; the exercises' folders have one in all."""
    package = ROOT / "src" / "logitlab"
    found = []
    for path in sorted(package.rglob("*.py"), key=lambda p: (str(p.parent), p.name)):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        if docstring and "exercises" not in path.parts:
            name = path.relative_to(package).as_posix()
            found.append(f"- `{name}`: {docstring.splitlines()[0]}")
    return found


def rewritten(page: str) -> str:
    """The page with its list of files as it should be."""
    return page[: page.index(MARK) + len(MARK)] + "\n" + "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
