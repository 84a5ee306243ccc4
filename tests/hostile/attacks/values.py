"""Attacks by values: what lies about itself, is huge, or runs code when it is looked at."""

from tests.hostile.attack import Attack


def _value(name: str, code: str, ends: object = "finished") -> Attack:
    return Attack(name, code, ends, limits={"wall_seconds": 5})  # type: ignore[arg-type]


ATTACKS = (
    _value(
        "expands a tensor to 10^9 elements",
        "import torch\nx = torch.ones(1).expand(10**9)\nprint(x.shape)",
    ),
    _value("prints a tensor of 10^9 elements", "import torch\nprint(torch.ones(1).expand(10**9))"),
    _value("binds a meta tensor", "import torch\nx = torch.empty(10**12, device='meta')"),
    _value(
        "binds sparse, quantised, complex and nested tensors",
        """
        import torch
        a = torch.eye(3).to_sparse()
        b = torch.eye(3).to_sparse_csr()
        c = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)
        d = torch.complex(torch.ones(2), torch.ones(2)).conj()
        e = torch._neg_view(torch.ones(2))
        f = torch.sparse_coo_tensor(torch.zeros(1, 1, dtype=torch.long), torch.ones(1), (10**12,))
        g = torch.empty(0, 10**12)
        h = torch.zeros(2).to(torch.float8_e4m3fn)
        i = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
        print(a, c, d, f.shape)
        """,
    ),
    _value(
        "binds tensors that overlap, or have freed their memory",
        """
        import torch
        a = torch.ones(4).as_strided((3, 3), (0, 0))
        b = torch.ones(4)
        b.untyped_storage().resize_(0)
        """,
    ),
    _value(
        "binds a tensor that lies about itself",
        """
        import torch
        class Liar(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                won("asked")
                return 0
            @property
            def shape(self):
                won("asked its shape")
                return (10**9,)
            @property
            def dtype(self):
                raise SystemExit(0)
            def __reduce_ex__(self, _):
                won("pickled")
            def __del__(self):
                pass
        x = torch.ones(3).as_subclass(Liar)
        """,
    ),
    _value(
        "binds a tensor that dispatches",
        """
        import torch
        class Liar(torch.Tensor):
            @staticmethod
            def __new__(cls):
                return torch.Tensor._make_wrapper_subclass(cls, (10**6, 10**6))
            @classmethod
            def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
                return torch.ones(3)
        x = Liar()
        """,
    ),
    _value(
        "leaves a mode that lies about all tensors",
        """
        import torch
        from torch.overrides import TorchFunctionMode
        from torch.utils._python_dispatch import TorchDispatchMode
        class Lie(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                raise SystemExit(0)
        class Lies(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, args=(), kwargs=None):
                raise SystemExit(0)
        x = torch.ones(3)
        Lie().__enter__()
        Lies().__enter__()
        """,
    ),
    _value(
        "binds an object that lies about its class",
        """
        import torch
        class Liar:
            @property
            def __class__(self):
                return torch.Tensor
            def __getattr__(self, name):
                raise SystemExit(0)
            def __repr__(self):
                raise KeyboardInterrupt
            __str__ = __eq__ = __hash__ = __len__ = __iter__ = __repr__
        x = Liar()
        y = [Liar()]
        """,
    ),
    _value(
        "prints an object whose repr exits",
        """
        class Liar:
            def __repr__(self):
                raise SystemExit(0)
        x = [Liar()]
        y = {"a": Liar()}
        """,
    ),
    _value(
        "binds a list within itself, and one of 100,000 levels",
        """
        a = []
        a.append(a)
        b = {}
        b["b"] = b
        c = []
        for _ in range(100_000):
            c = [c]
        """,
    ),
    _value("binds a number of a million digits", "x = 10 ** 1_000_000\ny = -x"),
    _value("prints a number of a million digits", "print(10 ** 1_000_000)", "crashed"),
    _value(
        "binds what JSON cannot tell",
        r"""
        a = float("nan")
        b = float("inf")
        c = "\ud800"
        d = "\x00\x1b[2J\u202e"
        e = {1: 2, None: 3, (1, 2): 4, "\ud800": 5}
        globals()["\ud800"] = 1
        globals()["x" * 100_000] = 1
        globals()[7] = 1
        print(c)
        """,
    ),
    _value(
        "binds a string of 50 million characters", "x = 'x' * 50_000_000\ny = b'x' * 50_000_000"
    ),
    _value(
        "binds a list of a million",
        "x = list(range(1_000_000))\ny = {i: i for i in range(100_000)}",
    ),
    _value(
        "binds built-in types' heirs that lie",
        """
        class Number(int):
            def __int__(self): raise SystemExit(0)
            __index__ = __repr__ = __str__ = __abs__ = bit_length = __int__
        class Text(str):
            def __str__(self): raise SystemExit(0)
            __len__ = __repr__ = encode = __getitem__ = __iter__ = __str__
        class Many(dict):
            def items(self): raise SystemExit(0)
            __len__ = __iter__ = keys = values = __repr__ = items
        class Row(list):
            def __iter__(self): raise SystemExit(0)
            __len__ = __getitem__ = __repr__ = __iter__
        class Real(float):
            def __float__(self): raise SystemExit(0)
            __repr__ = hex = is_integer = __float__
        a, b, c, d, e = Number(5), Text("text"), Many(a=1), Row([1]), Real(2.5)
        """,
    ),
    _value(
        "binds a class with a metaclass that lies",
        """
        class Meta(type):
            @property
            def __name__(cls): raise SystemExit(0)
            @property
            def __mro__(cls): raise SystemExit(0)
            def __repr__(cls): raise SystemExit(0)
            def __instancecheck__(cls, other): raise SystemExit(0)
        class Liar(metaclass=Meta):
            pass
        x = Liar
        y = Liar()
        """,
    ),
    _value(
        "raises an exception of a class that lies",
        """
        class Meta(type):
            @property
            def __name__(cls): return "x" * 10**7
            def mro(cls): return [*type.mro(cls)]
        class Liar(Exception, metaclass=Meta):
            pass
        Liar.__qualname__ = "y" * 10**6
        raise Liar("\\ud800")
        """,
        "crashed",
    ),
    _value(
        "binds a NumPy array that lies",
        """
        import numpy
        a = numpy.lib.stride_tricks.as_strided(numpy.ones(1), (10**9,), (0,))
        b = numpy.array([object(), None], dtype=object)
        c = numpy.zeros(3, dtype=[("x", "O"), ("y", "f4")])
        class Liar(numpy.ndarray):
            @property
            def shape(self): raise SystemExit(0)
            def __array_finalize__(self, other): pass
            def tobytes(self): raise SystemExit(0)
        d = numpy.ones(3).view(Liar)
        e = numpy.array(["x" * 1000])
        """,
    ),
    _value(
        "has locals that lie",
        """
        class Liar:
            def __repr__(self): raise SystemExit(0)
        def main():
            one = Liar()
            exec("two = 2")
            return one
        for _ in range(1000):
            main()
        """,
    ),
)
