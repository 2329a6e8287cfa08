import type { Explanation } from "./explanations.ts";

/** Container logs of both colours and of one-off tasks. */
const apiLogs = ["api-blue", "api-green", "api-one-off-tasks"];

/** Of the roles by which ECS starts a task. */
const registryLogIn =
  "The action ecr:GetAuthorizationToken logs in to the registry and knows no narrower resource. What may be pulled is limited to the stage's own repository.";

/** Of a bucket whose events nobody needs. */
const noEvents = "Nothing acts on a new object. A notification that nobody receives shows nothing.";

/**
 * Every finding that stays, and why. The audit refuses one that is not here, and one here that is not found any more. What
 * a person should decide is a question in docs/security.md.
 */
export const explained: readonly Explanation[] = [
  {
    judge: "checkov",
    id: "CKV_AWS_158",
    subjects: [
      ...apiLogs,
      "flow-logs",
      "log-iam-db-auth-error",
      "log-postgresql",
      "log-upgrade",
      "rollback",
      "web-acl",
    ],
    reason:
      "CloudWatch Logs encrypts every log group by a key of its own. A key of the stack's would be one more thing whose loss stops all logs, and whoever may read a log group may use its key as well.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_338",
    subjects: [...apiLogs, "flow-logs", "web-acl"],
    stages: ["staging"],
    reason:
      "Staging has no customer's data, and its logs are read within days. Production keeps these logs for a year.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_149",
    subjects: "every",
    reason:
      "The API's secrets are encrypted by the account's own key for Secrets Manager (aws/secretsmanager), which no other account can use. A key of the stack's would add a grant to each role that reads a secret, and keep out nobody else.",
  },
  {
    judge: "checkov",
    id: "CKV2_AWS_57",
    subjects: "every",
    reason:
      'Others must follow a new value: the provider that the key is of, or running tasks, which must accept the old SECRET_KEY for a while. So "rollout rotate" or a person changes it (docs/runbook.md), and docs/security.md has it among the accepted risks.',
  },
  {
    judge: "checkov",
    id: "CKV_AWS_136",
    subjects: ["api"],
    reason:
      "ECR encrypts the images by its own key. They hold code and no personal data, another key would replace the repository, and if that key were lost no task could start.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_260",
    subjects: ["balancer-http-from-everyone"],
    stages: ["staging"],
    reason: "Port 80 answers each request with a redirect to HTTPS and forwards none.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_260",
    subjects: ["balancer-http-from-ipv4-list", "balancer-http-from-ipv6-list"],
    stages: ["production"],
    reason:
      "Only Cloudflare's ranges may connect: Checkov does not read the prefix list. Port 80 answers with a redirect to HTTPS and forwards no request.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_378",
    subjects: ["blue", "blue-own", "green", "green-own"],
    reason:
      "The balancer speaks plain HTTP to the tasks, inside the VPC and between two security groups. docs/security.md has it among the accepted risks.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_385",
    subjects: ["alerts"],
    reason: "The account that the policy names is the topic's own: Checkov does not know which account it plans for.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_355",
    subjects: ["rollback"],
    reason:
      "The rollback reads composite alarms. AWS shows them only to cloudwatch:DescribeAlarms on all resources (DescribeAlarms, CloudWatch API reference). The other actions on all resources know no narrower one, or are limited to one namespace by a condition.",
  },
  {
    judge: "checkov",
    id: "CKV2_AWS_34",
    subjects: ["latch", "rollback-address"],
    reason:
      "Neither is a secret: one says whether a rollback happened, the other names resources. Encrypted, they could not be read by a person without the key, at the moment when a rollback must not fail.",
  },
  {
    judge: "checkov",
    id: "CKV2_AWS_62",
    subjects: ["access-logs", "uploads"],
    reason: noEvents,
  },
  { judge: "checkov", id: "CKV2_AWS_62", subjects: ["origin-authorities"], stages: ["production"], reason: noEvents },
  {
    judge: "checkov",
    id: "CKV_AWS_144",
    subjects: ["origin-authorities"],
    stages: ["production"],
    reason: "The authorities' certificates are in Pulumi's state too, and the next update writes them anew.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_144",
    subjects: ["access-logs", "uploads"],
    reason:
      "Uploads are kept in several availability zones, with old versions. The portal's data stays in one region. docs/security.md asks whether a copy in another region is wanted.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_145",
    subjects: ["access-logs"],
    reason: "A load balancer can write its logs only to a bucket that S3's own keys encrypt.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_21",
    subjects: ["access-logs"],
    reason:
      "AWS writes each log once and nobody changes it. Old versions would outlive the day on which a log expires.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_150",
    subjects: ["public"],
    stages: ["staging"],
    reason: "Staging may be torn down. Production's balancer is protected.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_157",
    subjects: ["database"],
    stages: ["staging"],
    reason: "Staging may be down for an hour. Production's database has a standby in another zone.",
  },
  {
    judge: "checkov",
    id: "CKV_AWS_293",
    subjects: ["database"],
    stages: ["staging"],
    reason: "Staging may be torn down. Production's database is protected.",
  },
  {
    judge: "checkov",
    id: "CKV2_AWS_5",
    subjects: ["tunnel"],
    reason:
      "The group is given to the tunnel's task, which a command starts for as long as a person needs it. No planned resource is in it, and nothing may connect to it.",
  },
  {
    judge: "cloudsplaining",
    id: "credentials-exposure",
    subjects: ["execution", "integrity-execution", "migrate-execution"],
    reason: registryLogIn,
  },
  {
    judge: "cloudsplaining",
    id: "credentials-exposure",
    subjects: ["seed-execution"],
    stages: ["staging"],
    reason: registryLogIn,
  },
  {
    judge: "licence",
    id: "MPL-2.0",
    subjects: [
      "lightningcss",
      ...["android-arm64", "darwin-arm64", "darwin-x64", "freebsd-x64", "linux-arm-gnueabihf"],
      ...["linux-arm64-gnu", "linux-arm64-musl", "linux-x64-gnu", "linux-x64-musl", "win32-arm64-msvc"],
      "win32-x64-msvc",
    ].map((name, place) => (place === 0 ? name : `lightningcss-${name}`)),
    reason:
      "Vitest brings it, for development alone. The licence asks for the source of changed files, and none is changed.",
  },
  {
    judge: "licence",
    id: "MPL-2.0",
    subjects: ["axe-core"],
    reason:
      "A test runs it in a browser, for development alone. The licence asks for the source of changed files, and none is changed.",
  },
  {
    judge: "licence",
    id: "MPL-2.0",
    subjects: ["ical.js"],
    reason:
      "A test reads a calendar with it, for development alone. The licence asks for the source of changed files, and none is changed.",
  },
  {
    judge: "licence",
    id: "SEE LICENSE IN LICENSE",
    subjects: ["@logdna/tail-file"],
    reason: "Its file LICENSE is the MIT licence.",
  },
  {
    judge: "licence",
    id: "CC-BY-3.0",
    subjects: ["spdx-exceptions"],
    reason:
      "It is a list of names, under the licence of the SPDX documents. It asks that their authors are named, as its file does.",
  },
  {
    judge: "licence",
    id: "(MIT AND CC-BY-3.0)",
    subjects: ["spdx-ranges"],
    reason: "It is a list of names, for development alone. It asks that its authors are named, as its file does.",
  },
  {
    judge: "licence",
    id: "CC-BY-4.0",
    subjects: ["caniuse-lite"],
    reason:
      "It is a list of what browsers can do, for mutation testing alone. It asks that its authors are named, as its file does.",
  },
];
