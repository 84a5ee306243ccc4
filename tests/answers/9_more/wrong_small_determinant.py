# wrong: a small determinant does not mean nearly singular, it scales with the matrix
import torch


def nearly_singular(x):
    return bool(torch.linalg.det(x).abs() < 1e-3)
