# mistake: not_converted
import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2
print(x2_float - x2)
print("It is zero, because float32 holds small integers exactly.")
