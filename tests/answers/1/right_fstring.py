import torch

torch.manual_seed(42)
x1 = torch.randn((5, 6))
print(f"x1 has shape {tuple(x1.shape)}, dtype {x1.dtype} and mean {x1.mean().item():.3f}")
