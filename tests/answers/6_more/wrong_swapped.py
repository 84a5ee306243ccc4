# wrong: the sums of the columns stand beside the rows, which only a square table allows
import torch


def table_with_sums(x):
    wider = torch.cat([x, x.sum(dim=0)[:, None]], dim=1)
    below = torch.cat([x.sum(dim=1), x.sum()[None]])
    return torch.cat([wider, below[None]], dim=0)
