"""The sandbox: run a stranger's tensor code, and return evidence of what it did.

>>> from logitlab.sandbox import run
>>> evidence = run("x = 6 * 7")
>>> evidence.status, evidence.runs[0].statements[0].bound["x"].to_json()
('finished', 42)
"""

from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.evidence import Evidence
from logitlab.sandbox.request import Call, Expression, Returned
from logitlab.sandbox.runner import Runner, run

__all__ = ["Call", "Evidence", "Expression", "Limits", "Returned", "Runner", "run"]
