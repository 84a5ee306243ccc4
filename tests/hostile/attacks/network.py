"""Attacks over the network, and over sockets of the same machine."""

from tests.hostile.attack import Attack

_TCP = "namespaces seccomp landlock"

ATTACKS = (
    Attack(
        "connects by TCP",
        """
        import socket
        socket.create_connection(("127.0.0.1", PORT), timeout=2)
        """,
        "forbidden",
        _TCP,
        landlock=4,
    ),
    Attack(
        "asks a web server",
        """
        import urllib.request
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=0.2)
        """,
        "forbidden",
        _TCP,
        landlock=4,
    ),
    Attack(
        "downloads a data set",
        """
        import torch
        torch.hub.load_state_dict_from_url(f"http://127.0.0.1:{PORT}/weights.pt", "/tmp")
        """,
        "forbidden",
    ),
    Attack(
        "looks up a name",
        """
        import socket
        socket.getaddrinfo("example.org", 80)
        """,
        "forbidden",
    ),
    Attack(
        "sends a datagram",
        """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"here", ("127.0.0.1", PORT))
        """,
        "forbidden",
        "namespaces seccomp",
    ),
    Attack(
        "listens",
        """
        import socket
        socket.create_server(("127.0.0.1", 0))
        won()
        """,
        "forbidden",
        "seccomp landlock",
        landlock=4,
    ),
    Attack(
        "connects to a Unix socket",
        """
        import socket
        socket.socket(socket.AF_UNIX).connect(SOCKET)
        """,
        "forbidden",
        "seccomp",
    ),
    Attack(
        "connects to an abstract Unix socket",
        """
        import socket
        socket.socket(socket.AF_UNIX).connect(ABSTRACT)
        """,
        "forbidden",
        "namespaces seccomp landlock",
        landlock=6,
    ),
    Attack(
        "sends a datagram from a pair of sockets",
        """
        import socket
        one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        won()
        """,
        "forbidden",
        "seccomp",
    ),
    Attack(
        "opens a socket of every family",
        """
        import socket
        refused = None
        for family in range(1, 50):
            for kind in map(socket.SocketKind, (1, 2, 3, 5)):
                try:
                    socket.socket(family, kind)
                    won(family)
                except OSError as error:
                    refused = error
        raise refused
        """,
        "forbidden",
        "seccomp",
    ),
)
