"""The classifier, trained on ŷ − y: network, training, estimator, model file, report data."""
