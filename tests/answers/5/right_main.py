import torch


def make():
    return torch.linspace(1, 12, 12).view(3, 4)


def main():
    x5 = make()
    flat = x5.view(-1)
    print("from", x5.size(), "to", flat.size())


main()
