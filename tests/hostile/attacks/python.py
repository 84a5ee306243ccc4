"""Attacks on Python itself: what the run patches, hooks and searches. `y` is told as it is."""

from tests.hostile.attack import Attack

TRUTHS = (  # after which a tensor is still told as it is
    Attack(
        "patches the built-in functions",
        """
        import builtins
        def lie(*args, **kwargs):
            return 0
        for name in ("len", "isinstance", "str", "repr", "type", "getattr", "list", "dict", "tuple",
                     "int", "bytes", "sorted", "min", "max", "sum", "map", "zip", "range", "id",
                     "issubclass", "hasattr", "enumerate", "filter", "iter", "next", "format"):
            setattr(builtins, name, lie)
        """,
        "finished",
    ),
    Attack(
        "patches json and struct",
        """
        import base64, binascii, json, struct
        def lie(*args, **kwargs):
            return "{}"
        for module in (json, struct, base64, binascii, json.encoder, json.decoder):
            for name in dir(module):
                if callable(getattr(module, name)) and not name.startswith("__"):
                    setattr(module, name, lie)
        json.encoder.JSONEncoder.encode = json.encoder.JSONEncoder.iterencode = lie
        """,
        "finished",
    ),
    Attack(
        "patches os, time, threading and io",
        """
        import io, os, threading, time
        def lie(*args, **kwargs):
            return 1
        for name in ("write", "read", "getpid", "close", "dup", "dup2", "fstat"):
            setattr(os, name, lie)
        for name in ("perf_counter", "process_time", "monotonic", "time"):
            setattr(time, name, lie)
        threading.RLock = threading.Lock = threading.get_ident = lie
        io.StringIO = lie
        """,
        "finished",
    ),
    Attack(
        "patches torch.Tensor",
        """
        import torch
        def lie(*args, **kwargs):
            return torch.zeros(1)
        keep = torch.arange(6.0).reshape(2, 3)
        for name in ("numpy", "tolist", "shape", "size", "dtype", "data_ptr", "numel", "detach",
                     "cpu",
                     "contiguous", "stride", "storage", "untyped_storage", "clone", "view", "item",
                     "requires_grad", "device", "layout", "is_sparse", "__repr__", "__len__",
                     "__getitem__", "__torch_function__", "data", "grad"):
            setattr(torch.Tensor, name, lie)
        for name in ("zeros", "is_tensor", "frombuffer", "equal"):
            setattr(torch, name, lie)
        """,
        "finished",
    ),
    Attack(
        "patches the package that records it",
        """
        import sys
        def lie(*args, **kwargs):
            return None
        for name, module in list(sys.modules.items()):
            if name.startswith("logitlab_child") and not name.endswith(("linux", "execute")):
                for key in list(vars(module)):
                    if not key.startswith("_") and callable(vars(module)[key]):
                        try:
                            setattr(module, key, lie)
                        except Exception:
                            pass
        """,
        None,  # it owns its process: it may lie of itself, or break
    ),
    Attack(
        "empties sys.modules",
        """
        import sys
        keep = dict(sys.modules)
        sys.modules.clear()
        sys.modules.update({name: keep[name] for name in ("sys", "builtins", "torch")})
        sys.meta_path.clear()
        sys.path.clear()
        """,
        "finished",
    ),
    Attack(
        "hooks imports, audits, traces and profiles",
        """
        import sys
        class Hook:
            def find_spec(self, *args):
                raise ImportError("no")
        sys.meta_path.insert(0, Hook())
        sys.path_hooks.insert(0, lambda path: 1 / 0)
        def hook(*args):
            return hook
        sys.settrace(hook)
        sys.setprofile(hook)
        sys.excepthook = sys.unraisablehook = sys.displayhook = lambda *args: 1 / 0
        """,
        "finished",
    ),
    Attack(
        "replaces the streams",
        """
        import sys
        class Evil:
            def __getattr__(self, name):
                raise RuntimeError("evil")
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Evil()
        """,
        "finished",
    ),
    Attack(
        "replaces the hooks of the locals",
        """
        import builtins
        for name in dir(builtins):
            if name.startswith("__logitlab"):
                setattr(builtins, name, lambda *args: 1 / 0)
        """,
        "finished",
    ),
    Attack(
        "freezes the collector and deletes what it finds",
        """
        import gc
        gc.disable()
        gc.set_threshold(1)
        """,
        "finished",
    ),
    Attack(
        "replaces its own namespace",
        """
        import sys, types
        sys.modules["__main__"] = types.ModuleType("__main__")
        __name__ = __file__ = __doc__ = 0
        """,
        "finished",
    ),
)

_SEARCH = """
import gc, re, sys
found = set()
pattern = re.compile("can" + "ary-[0-9a-f]{16}")
def look(item):
    if isinstance(item, bytes):
        item = item.decode("latin-1")
    if isinstance(item, str):
        found.update(pattern.findall(item))
"""

ATTACKS = (
    *(
        Attack(attack.name, attack.code, attack.ends or "finished")
        for attack in TRUTHS
        if attack.ends
    ),
    Attack(
        "searches every object",
        _SEARCH
        + """
for item in gc.get_objects():
    look(item)
    for part in gc.get_referents(item):
        look(part)
print(found)
""",
        "finished",
    ),
    Attack(
        "searches the frames below it",
        _SEARCH
        + """
frame = sys._getframe()
while frame is not None:
    for part in list(frame.f_locals.values()) + list(frame.f_globals.values()):
        look(part)
        look(repr(part)[:100_000])
    frame = frame.f_back
print(found)
""",
        "finished",
    ),
    Attack(
        "searches its own memory",
        _SEARCH
        + """
memory = open("/proc/self/mem", "rb", buffering=0)
for line in open("/proc/self/maps"):
    span, rights = line.split()[:2]
    start, end = (int(part, 16) for part in span.split("-"))
    if "rw" in rights and end - start < 1 << 28:
        memory.seek(start)
        try:
            look(memory.read(end - start))
        except OSError:
            pass
print(found)
""",
        {"full": "finished", "landlock": "forbidden"},
    ),
    Attack(
        "changes code from an exception's frame",
        """
        import sys
        def inner():
            frame = sys._getframe()
            while frame is not None:
                for name, value in list(frame.f_locals.items()):
                    if name in ("recorder", "self", "request"):
                        try:
                            value.__dict__.clear()
                        except Exception:
                            pass
                frame = frame.f_back
        inner()
        """,
        "crashed",
    ),
)
