/** Mutations of secrets, certificate, mail, DNS names and the frontend. */
import {
  certificate,
  dnsRecord,
  frontend,
  frontendDomain,
  frontendRelease,
  frontendVariable,
  mailConfiguration,
  mailEvents,
  mailIdentity,
  parameter,
  queue,
  randomPassword,
  secret,
  secretVersion,
  taskDefinition,
} from "../../../policies/kinds.ts";
import {
  add,
  addCopy,
  type Mutation,
  notCaught,
  production,
  remove,
  replaceText,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";
import { certificateValidation, mailFeedback, mailFrom } from "./types.ts";

const secretKey = the(secret, "secret-key");
const mail = the(mailConfiguration, "mail");
const identity = the(mailIdentity, "mail");
const project = the(frontend, "frontend");
const apiName = the(dnsRecord, "api");

export const secretMutations: readonly Mutation[] = [
  set(secretKey, "recoveryWindowInDays", 0, "secretsmanager-recovery-window", production),
  set(secretKey, "recoveryWindowInDays", 3, "secretsmanager-recovery-window", production),
  setOption(secretKey, { protect: false }, "protected-in-production", production),
  set(
    secretKey,
    "policy",
    '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"secretsmanager:GetSecretValue","Resource":"*"}]}',
    "secrets-stay-here",
  ),
  set(secretKey, "replicas", [{ region: "us-east-1" }], "secrets-stay-here"),
  set(
    the(secretVersion, "secret-key"),
    "secretString",
    "changeme",
    notCaught("Of a secret's value, policies look for sslmode alone."),
  ),
  set(
    the(secretVersion, "secret-key"),
    "secretString",
    "postgresql://a:b@db/portal?sslmode=disable",
    "stored-database-tls",
  ),
  add(
    parameter,
    "an address of the database without TLS",
    { name: "/portal/reports", type: "SecureString", value: "host=db sslmode=prefer" },
    "stored-database-tls",
  ),
  add(
    parameter,
    "a key of the payment provider under a plain name",
    { name: "/portal/payments", type: "String", value: `sk_live_${"4eC39HqLyjWDarjtT1zdp7dc"}` },
    "ssm-secret-parameters",
  ),
  add(
    parameter,
    "a random text under a plain name",
    { name: "/portal/blob", type: "String", insecureValue: "kJ8s0f9Xq2LmZpR7vT4wYbN1cHdG6uEa3iOxQzWsVtUy" },
    "ssm-secret-parameters",
  ),
  set(the(randomPassword, "secret-key"), "length", 8, "secrets-are-long"),
  set(
    the(taskDefinition, "blue"),
    "containerDefinitions[0].secrets[0].valueFrom",
    "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:portal-secret-key-abc123",
    "ecs-secrets-pinned",
  ),
  replaceText(
    the(taskDefinition, "green"),
    "containerDefinitions[0].secrets[0].valueFrom",
    [":::", "::AWSCURRENT:"],
    "ecs-secrets-pinned",
  ),
  replaceText(
    the(taskDefinition, "green"),
    "containerDefinitions[0].secrets[0].valueFrom",
    [":::", ":::0"],
    "ecs-secrets-pinned",
  ),
  remove(the(secretVersion, "secret-key"), "ecs-secrets-pinned"),
  setOption(
    the(secretVersion, "secret-key"),
    { ignoreChanges: ["secretString"] },
    notCaught("A version of an older release keeps its value so."),
  ),
  add(
    parameter,
    "a token as plain text",
    { name: "/portal/webhook-token", type: "String", value: "x" },
    "ssm-secret-parameters",
  ),
  add(
    parameter,
    "an API key as a list",
    { name: "/portal/API_KEY", type: "StringList", value: "x" },
    "ssm-secret-parameters",
  ),
  set(the(queue, "candidate-alarm-undelivered"), "sqsManagedSseEnabled", false, "sqs-encrypted"),
  unset(the(queue, "candidate-alarm-undelivered"), "sqsManagedSseEnabled", "sqs-encrypted"),
];

export const mailMutations: readonly Mutation[] = [
  set(mail, "deliveryOptions.tlsPolicy", "OPTIONAL", "sesv2-tls"),
  unset(mail, "deliveryOptions", "sesv2-tls"),
  unset(mail, "suppressionOptions", "sesv2-bounces-told"),
  set(mail, "reputationOptions.reputationMetricsEnabled", false, "sesv2-bounces-told"),
  unset(identity, "configurationSetName", "sesv2-identity"),
  set(identity, "dkimSigningAttributes.nextSigningKeyLength", "RSA_1024_BIT", "sesv2-identity"),
  unset(identity, "dkimSigningAttributes", "sesv2-identity"),
  remove(the(mailEvents, "mail"), "sesv2-bounces-told"),
  set(the(mailEvents, "mail"), "eventDestination.enabled", false, "sesv2-bounces-told"),
  set(the(mailEvents, "mail"), "eventDestination.matchingEventTypes", ["OPEN"], "sesv2-bounces-told"),
  set(
    the(mailFeedback, "mail"),
    "emailForwardingEnabled",
    true,
    notCaught("Bounces then go to the sender too, who is this portal."),
  ),
  remove(
    the(mailFrom, "mail"),
    notCaught("SES then sends with its own MAIL FROM domain; DKIM still proves the sender."),
  ),
];

export const nameMutations: readonly Mutation[] = [
  set(the(certificate, "certificate"), "keyAlgorithm", "RSA_1024", "acm-certificate"),
  set(the(certificate, "certificate"), "domainName", "*.celebrant-portal.com", "acm-certificate"),
  set(the(certificate, "certificate"), "validationMethod", "EMAIL", "acm-certificate"),
  set(
    the(certificate, "certificate"),
    "options",
    { certificateTransparencyLoggingPreference: "DISABLED" },
    "acm-certificate",
  ),
  remove(
    the(certificateValidation, "certificate"),
    notCaught("AWS refuses a listener with a certificate that is not issued yet."),
  ),
  set(apiName, "content", "evil.example.com", "dns-api-to-balancer"),
  set(the(dnsRecord, "candidate"), "content", "evil.example.com", "dns-api-to-balancer"),
  remove(apiName, "dns-api-to-balancer"),
  addCopy(apiName, "the public host a second time, elsewhere", { content: "evil.example.com" }, "dns-api-to-balancer"),
  replaceText(the(dnsRecord, "mail-dmarc"), "content", ["quarantine", "none"], "dns-mail-is-proved", production),
  replaceText(the(dnsRecord, "mail-from-spf"), "content", ["~all", "+all"], "dns-mail-is-proved"),
  remove(the(dnsRecord, "mail-dmarc"), "dns-mail-is-proved"),
  remove(the(dnsRecord, "mail-from-spf"), "dns-mail-is-proved"),
  remove(the(dnsRecord, "mail-dkim-1"), "dns-mail-is-proved"),
];

export const frontendMutations: readonly Mutation[] = [
  set(project, "gitForkProtection", false, "vercel-project-is-private"),
  unset(project, "vercelAuthentication", "vercel-project-is-private"),
  set(project, "vercelAuthentication.deploymentType", "none", "vercel-project-is-private"),
  set(project, "publicSource", true, "vercel-project-is-private"),
  set(the(frontendVariable, "frontend-api-url"), "key", "STRIPE_SECRET_KEY", "vercel-variables-are-public"),
  set(
    the(frontendVariable, "frontend-api-url"),
    "value",
    "http://api.celebrant-portal.com",
    "vercel-variables-are-public",
  ),
  set(the(frontendDomain, "frontend"), "redirect", "evil.example.com", "vercel-serves-by-steps"),
  remove(
    the(frontendRelease, "frontend"),
    notCaught("Rolling releases need a paid plan of Vercel, so that they are the stage's config."),
    production,
  ),
  set(project, "autoAssignCustomDomains", true, "vercel-waits-for-api"),
  set(the(frontendRelease, "frontend"), "advancementType", "automatic", "vercel-waits-for-api", production),
  set(the(frontendRelease, "frontend"), "stages", [{ targetPercentage: 100 }], "vercel-serves-by-steps", production),
];
