"""Serves moto on a free port of 127.0.0.1, and ends with whoever started it.

The first line on standard output is the port. Standard input is a pipe that the test process holds open: it closes when
that process ends, however it ends, and the server with it. The one argument is the most seconds that the server may live.

Two things are added to moto, which it would answer with an error 500: percentiles of metrics, and tasks whose containers
name no memory of their own, as on Fargate.
"""

import copy
import logging
import math
import os
import re
import sys
import threading

from moto.cloudwatch.models import Statistics
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
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


add_percentiles()
run_fargate_tasks()
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
