"""The classifier, trained on ŷ − y: network, training, estimator, model file, report data."""

from logitlab.models.calibration import (
    CalibrationBin,
    calibration_bins,
    expected_calibration_error,
)
from logitlab.models.classifier import SoftmaxClassifier
from logitlab.models.model_file import load, save
from logitlab.models.report import ClassScore, Mistake, Report, evaluate
from logitlab.models.train import Step

__all__ = [
    "CalibrationBin",
    "ClassScore",
    "Mistake",
    "Report",
    "SoftmaxClassifier",
    "Step",
    "calibration_bins",
    "evaluate",
    "expected_calibration_error",
    "load",
    "save",
]
