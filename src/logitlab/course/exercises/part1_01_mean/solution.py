import torch

x1 = torch.randn(5, 6)

print("shape:", x1.shape)
print("dtype:", x1.dtype)
print("mean of all elements:", x1.mean().item())
