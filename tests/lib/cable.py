"""A cable between a client and a server on loopback, which a test can unplug, cut, and plug in again."""

import socket
import threading


class Cable:
    """Carries bytes from a port of its own to the server's, in threads, as long as it is plugged in."""

    def __init__(self, port):
        self.server_port = port
        self.lock = threading.Condition()
        self.plugged = True
        self.silent = False
        self.pairs = []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.starttls_port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:   # The evening is over.
                return
            with self.lock:
                plugged = self.plugged
            try:
                if not plugged:
                    raise ConnectionError
                server = socket.create_connection(("127.0.0.1", self.server_port), 5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.pairs.append((client, server))
            for here, there in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(here, there), daemon=True).start()

    def _carry(self, here, there):
        try:
            while True:
                data = here.recv(65536)
                with self.lock:
                    # What is on its way when the cable is pulled never comes.
                    while self.silent and (here, there) in self._both():
                        self.lock.wait()
                    if (here, there) not in self._both():
                        return
                if not data:
                    break
                there.sendall(data)
        except OSError:
            pass
        self._drop([pair for pair in list(self.pairs) if here in pair])

    def _both(self):
        return [pair for pair in self.pairs] + [(server, client) for client, server in self.pairs]

    def _drop(self, pairs):
        with self.lock:
            self.pairs = [pair for pair in self.pairs if pair not in pairs]
            self.lock.notify_all()
        for pair in pairs:
            for one in pair:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                one.close()

    def pull(self):
        """Nothing comes through any more, and nobody is told."""
        with self.lock:
            self.silent = True

    def cut(self):
        """Every connection ends, with all that was on its way, and no new one is made."""
        with self.lock:
            self.plugged = False
            self.silent = True
        self._drop(list(self.pairs))

    def plug(self):
        """New connections are made again."""
        with self.lock:
            self.plugged = True
            self.silent = False
            self.lock.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self._drop(list(self.pairs))
