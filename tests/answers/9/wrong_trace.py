# mistake: trace
import torch

x9 = torch.rand(3, 3)
determinant = torch.trace(x9)
print("determinant:", determinant)
print("It is not zero, so the matrix is invertible.")
