# mistake: inverse
import torch

x9 = torch.rand(3, 3)
determinant = torch.linalg.inv(x9)
print("determinant:", determinant)
print("It exists, so the matrix is not singular.")
