"""What moto does otherwise than AWS, and is mended in the server that we start.

Added, where moto would answer with an error 500 or 501: percentiles and percentile ranks of metrics, composite alarms, and
tasks whose containers name no memory of their own, as on Fargate. Mended: an alarm keeps its state when it is put again, AWS's
own policies exist, a bucket's policy refuses an object only where its condition holds, a new service runs as many tasks as it
wants, and days of metrics are read in a moment. In the state machines that it runs: paths that name a field of a list's item,
times in what a call answers, AWS's name of Elastic Load Balancing, and the time that it takes to read a path. Taken away:
a state machine that tries a call again does so at once. How long it would wait is in its definition, and no test should
wait for it.
"""

import copy
import functools
import json
import math
import os
import re
import types
from datetime import datetime, timedelta
from typing import Any

from antlr4 import ParserRuleContext
from moto.cloudwatch.models import Alarm, CloudWatchBackend, Statistics
from moto.cloudwatch.responses import CloudWatchResponse
from moto.ecs.models import EC2ContainerServiceBackend, Service, TaskDefinition
from moto.iam.models import IAMBackend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.s3.models import FakeBucket
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import json_path


def mend_moto() -> None:
    """Changes moto's classes in this process. Call it once, before the first request."""
    add_percentiles()
    look_at_each_value_once()
    add_composite_alarms()
    keep_alarm_states()
    know_managed_policies_when_asked()
    refuse_objects_by_conditions()
    run_fargate_tasks()
    run_tasks_of_new_services()
    unwrap_single_values()
    write_times_as_text()
    know_the_balancer_by_its_name()
    read_tasks_of_https()
    read_paths_once()
    read_definitions_once()
    know_services_by_host()
    try_again_at_once()


def add_percentiles() -> None:
    """Percentiles by nearest rank, and PR(:x), the per cent of values that are at most x. Of single values and of statistic
    sets whose values are all the same, as CloudWatch takes them."""
    others = Statistics.get_statistics_for_type

    def statistic(self: Statistics, stat: str) -> float | None:
        percent = re.fullmatch(r"p(\d{1,2}(?:\.\d+)?|100)", stat)
        limit = re.fullmatch(r"PR\(:(\d+(?:\.\d+)?)\)", stat)
        if percent is None and limit is None:
            return others(self, stat)
        values = [(value, 1) for value in self.metric_single_values_list]
        values += [(s.min, s.sample_count) for s in self.metric_aggregated_list if s.min == s.max]
        if limit is not None:
            all_values = sum(count for _, count in values)
            within = sum(count for value, count in values if value <= float(limit[1]))
            return 100 * within / all_values if all_values else None
        rank = math.ceil(sum(count for _, count in values) * float(percent[1]) / 100)
        for value, count in sorted(values):
            rank -= count
            if rank <= 0:
                return value
        return None

    Statistics.get_statistics_for_type = statistic


def look_at_each_value_once() -> None:
    """moto looks at every value again for every period of every metric that is asked for, which takes minutes for days. It
    takes the same dimensions in another order for others, and so it stays."""
    others = CloudWatchBackend.get_metric_data

    def get(
        self: CloudWatchBackend,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[dict[str, Any]]:
        start, end = (time.replace(microsecond=0) for time in (start_time, end_time))
        if start >= end or any("MetricStat" not in query or "Unit" in query["MetricStat"] for query in queries):
            return others(self, queries, start_time, end_time, scan_by)
        values: dict[tuple, list] = {}
        for value in self.get_all_metrics():
            if start <= value.timestamp < end:
                dimensions = tuple((dimension.name, dimension.value) for dimension in value.dimensions)
                values.setdefault((value.name, dimensions), []).append(value)
        return [answer(query, values, start, scan_by) for query in queries if query.get("ReturnData", True)]

    def answer(query: dict[str, Any], values: dict[tuple, list], start: datetime, scan_by: str) -> dict[str, Any]:
        metric_stat = query["MetricStat"]
        metric, stat, period = metric_stat["Metric"], metric_stat["Stat"], int(metric_stat["Period"])
        dimensions = tuple((one["Name"], one["Value"]) for one in metric.get("Dimensions", []))
        periods: dict[int, list] = {}
        for value in values.get((metric["MetricName"], dimensions), []):
            periods.setdefault(int((value.timestamp - start).total_seconds() // period), []).append(value)
        points = []
        for index in sorted(periods, reverse=scan_by == "TimestampDescending"):
            statistics = Statistics([stat], start + timedelta(seconds=index * period))
            statistics.metric_data = periods[index]
            points.append((statistics.timestamp, statistics.get_statistics_for_type(stat)))
        return {
            "id": query["Id"],
            "label": query.get("Label") or f"{metric['MetricName']} {stat}",
            "values": [value for _, value in points],
            "timestamps": [at for at, _ in points],
            "status_code": "Complete",
        }

    CloudWatchBackend.get_metric_data = get


def add_composite_alarms() -> None:
    """moto stores and describes composite alarms, and has no action that puts one. Only a test sets their states."""
    CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm


def keep_alarm_states() -> None:
    """AWS keeps an alarm's state when the alarm is put again: moto starts again at OK."""
    others = CloudWatchBackend.put_metric_alarm

    def put(self: CloudWatchBackend, name: str, **settings: Any) -> Alarm:
        before = self.alarms.get(name)
        alarm = others(self, name=name, **settings)
        if before is not None:
            alarm.update_state(before.state_reason, before.state_reason_data, before.state_value)
        return alarm

    CloudWatchBackend.put_metric_alarm = put


def refuse_objects_by_conditions() -> None:
    """moto takes a statement of a bucket's policy that refuses under a condition for one that always does. The planned ones
    refuse no TLS and old TLS, which no call here stands for."""
    others = FakeBucket.get_permission

    def permission(self: FakeBucket, action: str, resource: str) -> Any:
        whole = self.policy
        if whole is None:
            return others(self, action, resource)
        document = json.loads(whole)
        document["Statement"] = [
            one for one in document["Statement"] if one["Effect"] != "Deny" or "Condition" not in one
        ]
        self.policy = json.dumps(document).encode()
        try:
            return others(self, action, resource)
        finally:
            self.policy = whole

    FakeBucket.get_permission = permission


def know_managed_policies_when_asked() -> None:
    """moto reads AWS's 1,500 managed policies never or at every start of an account, which takes half a second."""
    others = IAMBackend.attach_role_policy

    def attach(self: IAMBackend, policy_arn: str, role_name: str) -> None:
        if policy_arn.startswith("arn:aws:iam::aws:") and not self.aws_managed_policies:
            os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
            self.aws_managed_policies = self._init_aws_policies()
            self.managed_policies.update(self._init_managed_policies())
            del os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"]
        others(self, policy_arn, role_name)

    IAMBackend.attach_role_policy = attach


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


def run_tasks_of_new_services() -> None:
    """A service runs what it wants from the start, and its first deployment is completed: moto counts no tasks."""
    others = Service.__init__

    def create(self: Service, *args: Any, **settings: Any) -> None:
        # The only way in which moto takes it.
        os.environ["MOTO_ECS_SERVICE_RUNNING"] = str(settings["desired_count"])
        others(self, *args, **settings)

    Service.__init__ = create


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


def know_the_balancer_by_its_name() -> None:
    """Step Functions has the name that Java's SDK has for the service: moto takes Python's."""
    others = StateTaskServiceAwsSdk._get_boto_service_name

    def service_name(self: StateTaskServiceAwsSdk, *args: Any) -> str:
        name = others(self, *args)
        return "elbv2" if name == "elasticloadbalancingv2" else name

    StateTaskServiceAwsSdk._get_boto_service_name = service_name


def read_tasks_of_https() -> None:
    """moto knows no HTTP Task, and refuses a definition with one. It makes the machine now, and fails the task if it comes to it."""
    state_task_service_factory._UNSUPPORTED_SERVICE_NAMES.add("http")


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
