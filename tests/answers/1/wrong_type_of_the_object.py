# mistake: type_of_the_object
import torch

x1 = torch.randn(5, 6)
print("shape:", x1.shape)
print("dtype:", type(x1))
print("mean:", x1.mean().item())
