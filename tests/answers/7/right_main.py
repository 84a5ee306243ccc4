import torch


def main():
    X7_A, X7_B = torch.randn(2, 2), torch.randn(2, 2)
    rows = torch.concat((X7_A, X7_B))
    columns = torch.concat((X7_A, X7_B), 1)
    print("dim 0:")
    print(rows)
    print("dim 1:")
    print(columns)


main()
