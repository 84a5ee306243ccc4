# mistake: comparison
import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2.float()
print(x2_float == x2)
print("They are equal: float32 holds small integers exactly.")
