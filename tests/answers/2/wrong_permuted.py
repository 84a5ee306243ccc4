# wrong: x2_float holds the numbers of x2 in another order
import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2.float().flip(0)
print(x2_float - x2)
print("Floats are rounded, so the difference is not zero.")
