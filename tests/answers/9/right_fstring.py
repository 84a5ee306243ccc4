import torch

x9 = torch.rand(3, 3, dtype=torch.float64)
print(f"det(x9) = {torch.det(x9):.4f}")
# Geometrically it is the factor by which x9 scales volumes; at zero the space collapses to a
# plane and the matrix has no inverse.
