# mistake: ten_included
import torch

x2 = torch.randint(0, 11, (4, 4))
x2_float = x2.float()
print(x2_float - x2)
print("It is zero, because float32 holds small integers exactly.")
