"""Serves moto on a free port of 127.0.0.1, and ends with whoever started it.

The first line on standard output is the port. Standard input is a pipe that the test process holds open: it closes when
that process ends, however it ends, and the server with it. The one argument is the most seconds that the server may live.

Two things are added to moto, which it would answer with an error 500: percentiles of metrics, and tasks whose containers
name no memory of their own, as on Fargate. Three are mended in the state machines that it runs: paths that name a field of a list's item, times in what a call answers,
and the time that it takes to read a path.
"""

import copy
import functools
import logging
import math
import os
import re
import sys
import threading
from datetime import datetime

from moto.cloudwatch.models import Statistics
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils import json_path
from werkzeug.serving import make_server


def end_with_parent() -> None:
    sys.stdin.buffer.read()
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


add_percentiles()
run_fargate_tasks()
unwrap_single_values()
write_times_as_text()
read_paths_once()
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
