import torch


def show(name, result):
    print(f"{name}:")
    print(result)
    print("shape:", tuple(result.shape))


def main():
    X4_A = torch.randint(1, 6, (2, 3))
    X4_B = torch.randint(1, 6, (2, 3))
    show("sum", torch.add(X4_A, X4_B))
    show("difference", torch.sub(X4_A, X4_B))
    show("product", torch.mul(X4_A, X4_B))


main()
