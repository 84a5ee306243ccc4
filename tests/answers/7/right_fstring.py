import torch

torch.manual_seed(1234)
X7_A = torch.rand((2, 2))
X7_B = torch.rand((2, 2))
print(f"along dim 0: {torch.vstack([X7_A, X7_B]).tolist()}")
print(f"along dim 1: {torch.hstack([X7_A, X7_B]).tolist()}")
