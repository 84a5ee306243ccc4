"""The shape of a sum of two tensors, from their shapes."""


def broadcast_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of the sum of tensors of shapes a and b, or None where there is none.

    >>> broadcast_shape((2, 1), (3,))
    (2, 3)
    >>> broadcast_shape((2, 3), (2,))
    """
    dimensions = max(len(a), len(b))
    a = (1,) * (dimensions - len(a)) + tuple(a)  # aligned at the last dimension
    b = (1,) * (dimensions - len(b)) + tuple(b)
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        return None
    return tuple(max(m, n) for m, n in zip(a, b, strict=True))
