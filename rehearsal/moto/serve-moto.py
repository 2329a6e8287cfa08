"""Serves moto on a free port of 127.0.0.1, and ends with whoever started it.

The first line on standard output is the port. Standard input is a pipe that the test process holds open: it closes when
that process ends, however it ends, and the server with it. The one argument is the most seconds that the server may live.

`POST /copy` starts a second server that has everything that this one has, and answers with its port and process id as
JSON. From then on the two know nothing of each other. The copy is a fork of this process, so it costs milliseconds. It ends
with the test process too. It begins when no request is under way, and a state machine that runs is not in the copy.

`POST /calls` makes calls as botocore writes them, and answers with what AWS would say. What moto does otherwise than AWS
and is mended here, is in mend_moto.py.
"""

import gc
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from make_calls import CallMaker
from mend_moto import mend_moto
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

life_seconds = float(sys.argv[1])


def end_with_parent() -> None:
    # Without Python's own buffer, whose lock a copy would inherit as held.
    while os.read(0, 1024):
        pass
    os._exit(0)


def end_when_late() -> None:
    os._exit(3)


ROLLOUT_SERVICES = ("acm", "cloudwatch", "ec2", "ecs", "elbv2", "events", "sns", "sqs", "ssm", "stepfunctions")


def load_services() -> None:
    """Has the services of a rollout in memory before the first copy, which each copy would load by itself."""
    for service in (*ROLLOUT_SERVICES, "moto_api"):
        moto.app_instances[service] = create_backend_app(service)
    for service in ROLLOUT_SERVICES:
        calls.client(service)
    # Its first call makes networks, images and instance types of the region.
    calls.make("ec2", "DescribeVpcs", {})


Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Door:
    """Lets requests in side by side, and a copy alone: what is half done by another thread stays half done in a fork."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.inside = 0

    def __enter__(self) -> None:
        with self.changed:
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.changed:
            self.inside -= 1
            self.changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self.changed:
            self.changed.wait_for(lambda: self.inside == 0)
            yield


door = Door()


def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "POST" or path not in ("/copy", "/calls"):
        with door:
            return moto(environ, start_response)
    if path == "/copy":
        result = start_copy()
    else:
        with door:
            result = calls.make_all(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
    # Times and bytes of an answer as texts.
    body = json.dumps(result, default=str).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def start_copy() -> dict[str, int]:
    """Binds the port first, so that whoever is told it can connect at once."""
    server = bind()
    with door.alone():
        # Keeps the garbage collector of both from touching, and so copying, the memory that they share.
        gc.freeze()
        pid = os.fork()
    if pid == 0:
        leave_files_of_parent(server.fileno())
        serve(server)
    threading.Thread(target=os.waitpid, args=(pid, 0), daemon=True).start()
    port = server.port
    server.socket.close()
    return {"port": port, "pid": pid}


def leave_files_of_parent(kept: int) -> None:
    """Closes the parent's connections: one that is open here too would not end with the parent."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))


def bind() -> BaseWSGIServer:
    return make_server("127.0.0.1", 0, answer, threaded=True, request_handler=MotoRequestHandler)


def serve(server: BaseWSGIServer) -> NoReturn:
    # Where the state machines that moto executes send their calls.
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=end_with_parent, daemon=True).start()
    limit = threading.Timer(life_seconds, end_when_late)
    limit.daemon = True
    limit.start()
    server.serve_forever()
    os._exit(0)


mend_moto()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
moto = DomainDispatcherApplication(create_backend_app)
calls = CallMaker(moto)
load_services()
first = bind()
print(first.port, flush=True)
serve(first)
