"""Makes calls of AWS's API as botocore writes them. moto answers within this process: nothing is sent."""

import threading
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient, ClientError
from botocore.config import Config
from moto.core.botocore_stubber import MockRawResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from werkzeug.test import Client

REGION = "ap-southeast-2"

NOT_IN_MOTO = "NotInMoto"
"""The code of a refusal because moto does not have the operation."""


def refusal(code: str, message: str) -> dict[str, Any]:
    return {"refusal": {"code": code, "message": message}}


class CallMaker:
    """One client for each service, made when it is first asked for; a copy of the process has them too."""

    def __init__(self, moto: DomainDispatcherApplication) -> None:
        self.moto = Client(moto)
        self.session = botocore.session.get_session()
        self.session.set_credentials("test", "test")
        self.clients: dict[str, BaseClient] = {}
        self.making = threading.Lock()

    def client(self, service: str) -> BaseClient:
        with self.making:
            if service not in self.clients:
                # What moto cannot answer, it cannot answer a second time either.
                # moto takes an object's key for a bucket where the host names the bucket.
                s3 = {"addressing_style": "path"}
                config = Config(retries={"total_max_attempts": 1}, parameter_validation=False, s3=s3)
                client = self.session.create_client(service, REGION, config=config)
                client.meta.events.register("before-send", self.answer)
                self.clients[service] = client
        return self.clients[service]

    def make_all(self, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Makes one call after the other, up to the first that is refused."""
        results = []
        for call in calls:
            results.append(self.make(**call))
            if "refusal" in results[-1]:
                break
        return results

    def make(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Gives `answer`, or `refusal` with the name of AWS's error and its message."""
        try:
            return {"answer": getattr(self.client(service), xform_name(operation))(**parameters)}
        except ClientError as error:
            code, message = str(error.response["Error"]["Code"]), str(error.response["Error"]["Message"])
            # A page that moto's web server has for addresses that it does not know.
            return refusal(NOT_IN_MOTO, "") if message.startswith("<!doctype html>") else refusal(code, message)
        except NotImplementedError:
            return refusal(NOT_IN_MOTO, "")
        except Exception as error:  # A fault within moto is told of like AWS's own.
            return refusal("InternalFailure", repr(error))

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        headers = {
            name: value.decode() if isinstance(value, bytes) else str(value) for name, value in request.headers.items()
        }
        response = self.moto.open(request.url, method=request.method, headers=headers, data=request.body)
        return AWSResponse(request.url, response.status_code, response.headers, MockRawResponse(response.data))
