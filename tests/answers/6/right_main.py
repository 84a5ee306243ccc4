import torch


def main():
    x6 = torch.randn(4, 4)
    columns = torch.sum(x6, 0)
    rows = torch.sum(x6, 1)
    print("Column-wise sum:", columns)
    print("Row-wise sum:", rows)
    print("Shapes:", columns.shape, rows.shape)


main()
