"""Starts a program that ends when we end, whatever ends us: no test leaves a server behind."""

import ctypes
import signal
import subprocess

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def start_child(arguments, **options):
    """subprocess.Popen for a program that is told to stop when this process is gone."""
    return subprocess.Popen(arguments, preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM), **options)


def stop_child(child, deadline=10):
    """Ends a program politely and, after deadline seconds, for good. Its exit status."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(deadline)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()
