import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2.float()
print(x2_float - x2)
# The difference is zero: float32 represents every small integer exactly, so nothing is lost.
