from torch import randn

x10 = randn(3, 2)
x10_three = x10.repeat(3, 1, 1)
assert all((sheet == x10).all() for sheet in x10_three)
print("x".join(map(str, x10_three.shape)), x10_three.shape)
