# wrong: the determinant is not interpreted
import torch

x9 = torch.rand(3, 3)
print(torch.linalg.det(x9))
