import torch


def main():
    x10 = torch.randn(3, 2)
    copies = torch.stack([x10] * 3, dim=0)
    print("final shape:", copies.size())


if __name__ == "__main__":
    main()
