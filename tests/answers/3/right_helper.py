import torch


def gram(x):
    x_transposed = x.transpose(-2, -1)
    return x_transposed, x.matmul(x_transposed)


x3 = 2 * torch.rand(3, 2) - 1
x3_transposed, product = gram(x3)
print("The shape of the product is " + str(product.shape))
