"""Judges policy documents by cloudsplaining: a JSON file with a list of them in, risks as JSON out."""

import contextlib
import importlib.metadata
import json
import sys

from cloudsplaining.scan.policy_document import PolicyDocument

# The risks of cloudsplaining's report; a policy's property each.
RISKS = {
    "credentials-exposure": "credentials_exposure",
    "data-exfiltration": "allows_data_exfiltration_actions",
    "infrastructure-modification": "infrastructure_modification",
    "not-action": "contains_statement_using_not_action",
    "privilege-escalation": "allows_privilege_escalation",
    "resource-exposure": "permissions_management_without_constraints",
    "service-wildcard": "service_wildcard",
}


def words(found):
    """An action, a service, or what cloudsplaining says with more words."""
    return found if isinstance(found, str) else found.get("type", json.dumps(found))


def main(path):
    with open(path, encoding="utf8") as file:
        policies = json.load(file)
    risks = []
    # It prints notes of its own.
    with contextlib.redirect_stdout(sys.stderr):
        for index, policy in enumerate(policies):
            document = PolicyDocument(policy)
            for risk, attribute in RISKS.items():
                found = sorted({words(one) for one in getattr(document, attribute)})
                if found:
                    risks.append({"policy": index, "id": risk, "actions": found})
    print(json.dumps({"version": importlib.metadata.version("cloudsplaining"), "risks": risks}))


main(sys.argv[1])
