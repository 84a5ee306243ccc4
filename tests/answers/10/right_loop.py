import torch

x10 = torch.randn(3, 2)
copies = []
for _ in range(3):
    copies.append(x10.clone())
pile = torch.stack(copies)
print(list(pile.shape))
