import torch

x9 = torch.rand(3, 3)
determinant = torch.linalg.det(x9)
print(determinant)
if abs(determinant) < 1e-6:
    print("The determinant is near zero: the matrix is nearly singular.")
else:
    print("The determinant is not zero: the matrix is invertible.")
