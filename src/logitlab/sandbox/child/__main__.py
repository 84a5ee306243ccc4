"""Started by file path, under `-s -P`: gives the folder a name of its own, and becomes a zygote.

python -s -P …/child/__main__.py zygote DESCRIPTOR
python -s -P …/child/__main__.py spare
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys
import types

NAME = "logitlab_child"  # not logitlab.…: nothing of the package is to be imported


def main() -> None:
    gc.disable()  # torch's import makes a million objects, none of which is garbage
    package = types.ModuleType(NAME)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[NAME] = package
    if sys.argv[1] == "zygote":
        zygote = importlib.import_module(f"{NAME}.zygote")
        zygote.main(socket.socket(fileno=int(sys.argv[2])))
    else:
        importlib.import_module(f"{NAME}.spare").main()


if __name__ == "__main__":
    main()
