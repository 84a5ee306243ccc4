"""The deck's Part 2, in the deck's order: which rule gives each line, from which, and why."""

from __future__ import annotations

from logitlab.derivation import rules
from logitlab.derivation.rules import Rule
from logitlab.derivation.step import Planned

_DEFINITION = "definition"
_SUBSTITUTION = Rule("substitution", rules.substitute)

DEFINITIONS = (
    Planned(
        "logits",
        None,
        "Logits",
        Rule(_DEFINITION, rules.free_scores),
        (),
        "z = (z₁ … z_K) are raw scores, any real numbers. Each can move while the others stay, "
        "so zᵢ changes with zₖ only if i = k.",
    ),
    Planned(
        "softmax",
        None,
        "Softmax",
        Rule(_DEFINITION, rules.softmax),
        (),
        "exp makes every score positive, and dividing by the sum makes them shares of one whole: "
        "ŷᵢ is the predicted probability of class i.",
    ),
    Planned(
        "target",
        None,
        "Target",
        Rule(_DEFINITION, rules.target),
        (),
        "y is one-hot for the true class, or any distribution over the classes. Steps 3, 6 and 7 "
        "rest on its sum being one.",
    ),
    Planned(
        "loss",
        None,
        "Categorical cross-entropy",
        Rule(_DEFINITION, rules.cross_entropy),
        (),
        "The loss is small where the classes that y asks for have a high predicted probability. "
        "Wanted: its derivative by each zₖ.",
    ),
)

DERIVATION = (
    Planned(
        "log-softmax",
        1,
        "The logarithm of the softmax",
        Rule("log of a quotient", rules.log_of_quotient),
        ("softmax",),
        "The logarithm turns the quotient into a difference and undoes the exp above: the logit "
        "stands free.",
    ),
    Planned(
        "loss-substituted",
        2,
        "Put into the loss",
        _SUBSTITUTION,
        ("loss", "log-softmax"),
        "Step 1 holds for every class i, so it may replace log ŷᵢ inside the sum.",
    ),
    Planned(
        "loss-distributed",
        2,
        "Split the sum",
        Rule("distributive law", rules.distribute),
        ("loss-substituted",),
        "A sum of differences is the difference of the sums; the two minus signs make a plus.",
    ),
    Planned(
        "loss-factored",
        3,
        "Factor the log-sum-exp out",
        Rule("constant factor out of a sum", rules.factor_out),
        ("loss-distributed",),
        "log Σⱼ exp(zⱼ) is the same number for every i, so it may stand in front of the sum.",
    ),
    Planned(
        "loss-lse",
        3,
        "The targets sum to one",
        Rule("substitution of Σ y = 1", rules.substitute),
        ("loss-factored", "target"),
        "This is the one place where Σᵢ yᵢ = 1 is needed. Without it the factor stays, and the "
        "gradient becomes (Σᵢ yᵢ) ŷ − y.",
    ),
    Planned(
        "split",
        None,
        "Two terms, two derivatives",
        Rule("sum rule", rules.sum_rule),
        ("loss-lse",),
        "The derivative of a sum is the sum of the derivatives, so each term is taken by itself.",
    ),
    Planned(
        "first-term",
        4,
        "The first term, derivative by derivative",
        Rule("linearity of the derivative", rules.differentiate_linear),
        ("split", "logits"),
        "The sum is linear in z with the constants yᵢ, and ∂zᵢ/∂zₖ is one for i = k and zero "
        "otherwise.",
    ),
    Planned(
        "first-term-sifted",
        4,
        "Only i = k survives",
        Rule("Kronecker delta", rules.sift),
        ("first-term",),
        "All other terms are multiplied by zero.",
    ),
    Planned(
        "log-derivative",
        5,
        "The outer half: the derivative of a logarithm",
        Rule("derivative of a logarithm", rules.derivative_of_log),
        (),
        "log_a x is ln x divided by the constant ln a, and ln x has the derivative 1/x.",
    ),
    Planned(
        "natural-log",
        5,
        "The base is e",
        Rule("special case a = e", rules.natural_base),
        ("log-derivative",),
        "The loss uses the natural logarithm, and ln e = 1.",
    ),
    Planned(
        "inner-derivative",
        5,
        "The inner half: the derivative of the sum",
        Rule("derivative of exp, term by term", rules.differentiate_exponentials),
        ("split", "logits"),
        "exp is its own derivative; as in step 4, only the term j = k depends on zₖ.",
    ),
    Planned(
        "chain-rule",
        5,
        "Outer times inner",
        Rule("chain rule", rules.chain_rule),
        ("split", "natural-log", "inner-derivative"),
        "The outer derivative is taken at x = Σⱼ exp(zⱼ) and multiplied by the inner one.",
    ),
    Planned(
        "second-term",
        5,
        "The softmax again",
        Rule("definition read backwards", rules.recognise),
        ("chain-rule", "softmax"),
        "This quotient is what the softmax is defined as, for class k.",
    ),
    Planned(
        "gradient",
        6,
        "Together",
        Rule("both terms put in", rules.combine),
        ("loss-lse", "split", "first-term-sifted", "second-term"),
        "The derivative of the loss by a logit is what was predicted minus what was wanted.",
    ),
    Planned(
        "vector",
        7,
        "In vector form",
        Rule("equal entries, equal vectors", rules.stack),
        ("gradient",),
        "Step 6 holds for every k, so the K equations are one equation of vectors.",
    ),
    Planned(
        "summary",
        None,
        "In one line",
        Rule("definition put back", rules.put_back),
        ("vector", "loss"),
        "From the loss as it was defined straight to its gradient: exp and log are gone, and a "
        "subtraction is left.",
    ),
)
