import torch


def main():
    x1 = torch.randn(5, 6)
    print("Shape:", x1.shape)
    print("Data type:", x1.dtype)
    print("Mean:", x1.mean().item())


if __name__ == "__main__":
    main()
