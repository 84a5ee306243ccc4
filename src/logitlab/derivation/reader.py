"""What a careful reader adds to the deck: which rule gives each line, from which, and why."""

from __future__ import annotations

from logitlab.derivation import reader_rules
from logitlab.derivation.rules import Rule
from logitlab.derivation.step import Planned

READER = (
    Planned(
        "probabilities",
        None,
        "The probabilities sum to one",
        Rule("common denominator", reader_rules.add_up),
        ("softmax",),
        "The numerators add up to the denominator that they share.",
    ),
    Planned(
        "shift",
        None,
        "A shift of all logits changes nothing",
        Rule("fraction expanded by exp(−c)", reader_rules.shift_exponents),
        ("softmax",),
        "True for every c, so also for the largest logit: with it subtracted no exp is above one, "
        "and none can overflow.",
    ),
    Planned(
        "stable-lse",
        None,
        "The log-sum-exp that cannot overflow",
        Rule("log of a product", reader_rules.take_out_of_log),
        ("loss-lse",),
        "exp(c) comes out of the sum and leaves the logarithm as c. With c the largest logit this "
        "is how the loss is computed.",
    ),
    Planned(
        "general-gradient",
        None,
        "The gradient for any targets",
        Rule("both terms put in", reader_rules.differentiate_terms),
        ("loss-factored", "first-term-sifted", "second-term"),
        "If the targets do not sum to one, the factor Σᵢ yᵢ of step 3 stays.",
    ),
    Planned(
        "zero-sum",
        None,
        "The gradient's entries sum to zero",
        Rule("sum over all k", reader_rules.add_up_gradient),
        ("general-gradient", "probabilities"),
        "What one class gains the others lose; it must be so, as a shift of all logits changes "
        "nothing.",
    ),
    Planned(
        "log-k",
        None,
        "Equal logits: the loss is log K",
        Rule("all logits equal", reader_rules.equal_logits),
        ("loss-lse", "target"),
        "Each class then has the probability 1/K. An untrained classifier starts there.",
    ),
    Planned(
        "softmax-derivative",
        None,
        "The derivative of the softmax",
        Rule("quotient rule", reader_rules.quotient_rule),
        ("softmax", "inner-derivative"),
        "A logit raises its own class and lowers all others.",
    ),
    Planned(
        "hessian",
        None,
        "The Hessian",
        Rule("the gradient differentiated", reader_rules.differentiate_gradient),
        ("gradient", "softmax-derivative"),
        "The targets are constants, so only the softmax is differentiated.",
    ),
    Planned(
        "quadratic-form",
        None,
        "The curvature along any direction v",
        Rule("product with v from both sides", reader_rules.contract),
        ("hessian",),
        "How the loss bends along v: the mean of v² minus the square of the mean of v.",
    ),
    Planned(
        "variance",
        None,
        "It is a variance",
        Rule("completing the square", reader_rules.complete_square),
        ("quadratic-form", "probabilities"),
        "Mean of squares minus square of the mean is the mean squared distance from the mean, as "
        "the weights ŷ sum to one.",
    ),
    Planned(
        "convex",
        None,
        "So the loss is convex",
        Rule("a sum of squares", reader_rules.sum_of_squares),
        ("variance",),
        "Squares with positive weights are never negative: the Hessian is positive semi-definite, "
        "and every minimum is global.",
    ),
)
