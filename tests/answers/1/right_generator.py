from torch import Generator, float64, randn

g = Generator().manual_seed(7)
x1 = randn(5, 6, generator=g, dtype=float64)
print("The shape is {} and the type {}.".format(list(x1.shape), x1.dtype))
print("The mean of all 30 numbers is %.6f" % x1.mean())
