import torch


def main() -> None:
    x3 = torch.randn(3, 2)
    x3_transposed = torch.transpose(x3, 0, 1)
    result = torch.matmul(x3, x3_transposed)
    print("Shape of the matrix product:", result.size())


main()
