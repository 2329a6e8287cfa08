"""Serves moto on a free port of 127.0.0.1, and ends with whoever started it.

The first line on standard output is the port. Standard input is a pipe that the test process holds open: it closes when
that process ends, however it ends, and the server with it. The one argument is the most seconds that the server may live.
"""

import logging
import os
import sys
import threading

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def end_when_late() -> None:
    os._exit(3)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
threading.Thread(target=end_with_parent, daemon=True).start()
limit = threading.Timer(float(sys.argv[1]), end_when_late)
limit.daemon = True
limit.start()
server = make_server(
    "127.0.0.1",
    0,
    DomainDispatcherApplication(create_backend_app),
    threaded=True,
    request_handler=MotoRequestHandler,
)
# Where the state machines that moto executes send their calls.
os.environ["MOTO_PORT"] = str(server.port)
print(server.port, flush=True)
server.serve_forever()
