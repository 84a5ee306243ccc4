# mistake: integers
import torch

x9 = torch.randint(0, 10, (3, 3))
determinant = torch.linalg.det(x9.float())
print("determinant:", determinant)
print("It is not zero, so the matrix is invertible.")
