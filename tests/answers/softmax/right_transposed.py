import torch


def normalise(columns):
    return torch.div(columns, torch.sum(columns, dim=0))


def softmax(z):
    if z.ndim == 1:
        return normalise(torch.exp(z))
    return normalise(torch.exp(z.t())).t()


def main():
    z = torch.randn(3, 4)
    print(f"rows sum to {softmax(z).sum(dim=1)}")


if __name__ == "__main__":
    main()
