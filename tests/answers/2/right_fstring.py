"""The difference is zero since 0 to 9 have an exact floating-point representation."""

import torch

x2 = torch.randint(10, (4, 4))
x2_float = x2.type(torch.float)
print(f"x2_float - x2 =\n{x2_float - x2}")
