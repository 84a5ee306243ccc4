"""Tables and arrays -> Dataset -> Split."""

from logitlab.data.dataset import Dataset
from logitlab.data.split import Split, split

__all__ = ["Dataset", "Split", "split"]
