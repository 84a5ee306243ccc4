# wrong: x.std() divides by n - 1
import torch


def standardise(x):
    return (x - x.mean()) / x.std()
