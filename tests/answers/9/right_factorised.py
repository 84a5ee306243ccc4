import torch

x9 = torch.rand(3, 3)
sign, log_size = torch.linalg.slogdet(x9)
answer = {"determinant": (sign * log_size.exp()).item()}
for key, value in answer.items():
    print(f"{key}: {value:.3g}")
print("Not exactly zero, hence invertible; how nearly singular it is, the determinant cannot tell.")
