"""Serves moto on a free port of 127.0.0.1, and ends with whoever started it.

The first line on standard output is the port. Standard input is a pipe that the test process holds open: it closes when
that process ends, however it ends, and the server with it. The one argument is the most seconds that the server may live.

`POST /copy` starts a second server that has everything that this one has, and answers with its port and process id as
JSON. From then on the two know nothing of each other. The copy is a fork of this process, so it costs milliseconds. It ends
with the test process too. It begins when no request is under way, and a state machine that runs is not in the copy.

Two things are added to moto, which it would answer with an error 500: percentiles of metrics, and tasks whose containers
name no memory of their own, as on Fargate. Three are mended in the state machines that it runs: paths that name a field of
a list's item, times in what a call answers, and the time that it takes to read a path. One is taken away: a state machine
that tries a call again does so at once. How long it would wait is in its definition, and no test should wait for it.
"""

import copy
import functools
import gc
import json
import logging
import math
import os
import re
import sys
import threading
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn

from antlr4 import ParserRuleContext
from moto.cloudwatch.models import Statistics
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import json_path
from werkzeug.serving import BaseWSGIServer, make_server

life_seconds = float(sys.argv[1])


def end_with_parent() -> None:
    # Without Python's own buffer, whose lock a copy would inherit as held.
    while os.read(0, 1024):
        pass
    os._exit(0)


def end_when_late() -> None:
    os._exit(3)


def add_percentiles() -> None:
    """Nearest rank, of single values and of statistic sets whose values are all the same, as CloudWatch takes them."""
    others = Statistics.get_statistics_for_type

    def statistic(self: Statistics, stat: str) -> float | None:
        percent = re.fullmatch(r"p(\d{1,2}(?:\.\d+)?|100)", stat)
        if percent is None:
            return others(self, stat)
        values = [(value, 1) for value in self.metric_single_values_list]
        values += [(s.min, s.sample_count) for s in self.metric_aggregated_list if s.min == s.max]
        rank = math.ceil(sum(count for _, count in values) * float(percent[1]) / 100)
        for value, count in sorted(values):
            rank -= count
            if rank <= 0:
                return value
        return None

    Statistics.get_statistics_for_type = statistic


def run_fargate_tasks() -> None:
    """Counts a container without memory as none: moto places nothing on Fargate, and only wants a sum."""
    others = EC2ContainerServiceBackend._calculate_task_resource_requirements

    def requirements(task_definition: TaskDefinition) -> dict:
        sized = copy.copy(task_definition)
        sized.container_definitions = [
            {"memory": container.get("memoryReservation", 0), **container}
            for container in task_definition.container_definitions
        ]
        return others(sized)

    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(requirements)


def unwrap_single_values() -> None:
    """A path of names and places in lists means one value, as Step Functions has it: moto makes a list of `$.a[0].b`."""

    def means_one_value(path: str) -> bool:
        return re.fullmatch(r"\$(?:\.\w+|\[\d+\])*", path) is not None

    json_path._is_singleton_array_access = means_one_value


def write_times_as_text() -> None:
    """Step Functions gives times as ISO 8601 texts: moto keeps Python's own, and then cannot write the execution's output."""
    others = StateTaskServiceAwsSdk._eval_service_task

    def as_text(value: object) -> object:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, dict):
            return {key: as_text(inner) for key, inner in value.items()}
        return [as_text(inner) for inner in value] if isinstance(value, list) else value

    def evaluate(self: StateTaskServiceAwsSdk, env: Environment, *args: object, **named: object) -> None:
        others(self, env, *args, **named)
        env.stack.append(as_text(env.stack.pop()))

    StateTaskServiceAwsSdk._eval_service_task = evaluate


def read_paths_once() -> None:
    """moto builds a parser for each path, each time; a Choice with a hundred of them takes seconds."""
    json_path.parse = functools.cache(json_path.parse)


def read_definitions_once() -> None:
    """moto reads a machine's whole definition again for each execution, which takes longer than most of them."""
    others = AmazonStateLanguageParser.parse
    trees: dict[str, ParserRuleContext] = {}

    def parse(definition: str) -> tuple[EvalComponent, ParserRuleContext]:
        if definition in trees:
            return Preprocessor().visit(trees[definition]), trees[definition]
        program, trees[definition] = others(definition)
        return program, trees[definition]

    AmazonStateLanguageParser.parse = staticmethod(parse)


def know_services_by_host() -> None:
    """moto lists the folder of its modules for each request, which takes longer than most of them."""
    others = DomainDispatcherApplication.get_backend_for_host
    known: dict[str | None, Any] = {}

    def backend_for(self: DomainDispatcherApplication, host: str | None) -> Any:
        if host not in known:
            known[host] = others(self, host)
        return known[host]

    DomainDispatcherApplication.get_backend_for_host = backend_for


def try_again_at_once() -> None:
    retrier_decl.time = types.SimpleNamespace(sleep=lambda seconds: None)


def load_services() -> None:
    """Has the services of the portal's stacks in memory before the first copy, which each copy would load by itself."""
    for service in ("cloudwatch", "ec2", "ecs", "elbv2", "events", "moto_api", "sns", "sqs", "ssm", "stepfunctions"):
        moto.app_instances[service] = create_backend_app(service)


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
    if environ["PATH_INFO"] != "/copy" or environ["REQUEST_METHOD"] != "POST":
        with door:
            return moto(environ, start_response)
    body = json.dumps(start_copy()).encode()
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


add_percentiles()
run_fargate_tasks()
unwrap_single_values()
write_times_as_text()
read_paths_once()
read_definitions_once()
know_services_by_host()
try_again_at_once()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
moto = DomainDispatcherApplication(create_backend_app)
load_services()
first = bind()
print(first.port, flush=True)
serve(first)
