# wrong: prints zeros that are typed in, and never subtracts
import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2.float() + 0.5
print(torch.zeros(4, 4))
print("It is zero, because float32 holds small integers exactly.")
