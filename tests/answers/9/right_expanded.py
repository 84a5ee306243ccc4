"""A determinant close to zero says that the three rows nearly lie in one plane."""

import torch

torch.manual_seed(9)
x9 = torch.rand(3, 3)
a, b, c = x9
det = torch.dot(a, torch.linalg.cross(b, c))
print("det:", round(det.item(), 5))
