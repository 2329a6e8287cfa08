import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { carriersOf, documentsOf, plannedStatements } from "../../policies/policy-carriers.ts";

const sdkFolder = fileURLToPath(new URL("../../node_modules/@pulumi/aws/", import.meta.url));

/** Properties with the name of a policy that hold none of IAM, by the file of the SDK, and what they hold. */
const otherPolicies: Readonly<Record<string, string>> = {
  "cfg/organizationCustomPolicyRule policyText": "code of a rule of AWS Config",
  "cloudwatch/logAccountPolicy policyDocument": "settings of log groups",
  "cloudwatch/logDataProtectionPolicy policyDocument": "what to mask in logs",
  "cloudwatch/logIndexPolicy policyDocument": "fields to index",
  "ecr/lifecyclePolicy policy": "which images to delete",
  "eks/podIdentityAssociation policy": "a session policy, which only takes rights away",
  "iot/policyAttachment policy": "the name of a policy",
  "networkmanager/coreNetworkPolicyAttachment policyDocument": "the routing of a network",
  "opensearch/serverlessAccessPolicy policy": "a grammar of its own, which names principals in full",
  "opensearch/serverlessLifecyclePolicy policy": "how long to keep indexes",
  "opensearch/serverlessSecurityPolicy policy": "encryption and networks",
  "ses/receiptFilter policy": "Allow or Block",
  "sns/dataProtectionPolicy policy": "what to mask in messages",
  "transfer/access policy": "a session policy, which only takes rights away",
  "transfer/user policy": "a session policy, which only takes rights away",
  "verifiedaccess/endpoint policyDocument": "a policy in Cedar",
  "verifiedaccess/group policyDocument": "a policy in Cedar",
};

const documentProperty =
  /^ {4}(policy|policyDocument|policyText|resourcePolicy|repositoryPolicy|deliveryDestinationPolicy|accessPolicy|accessPolicies|assumeRolePolicy|inlinePolicy|(?:kms|s3|sts)PolicyDocument)\??: pulumi\.Input<[^;]*(?:string|PolicyDocument)/gm;

/** Every property of the SDK that by its name may hold a policy document, as `kms/key policy`. */
function propertiesOfSdk(): readonly string[] {
  return globSync("*/*.d.ts", { cwd: sdkFolder })
    .filter((file) => !/^types\/|\/(get[A-Z]|index\.)/.test(file))
    .flatMap((file) => {
      const args = /export interface \w+Args \{(.*?)\n\}/s.exec(readFileSync(`${sdkFolder}${file}`, "utf8"))?.[1] ?? "";
      return [...args.matchAll(documentProperty)].map(([, property]) => `${file.replace(".d.ts", "")} ${property}`);
    });
}

const document = { Statement: { Effect: "Allow" } };

function isRead(place: string): boolean {
  const [file = "", property = ""] = place.split(" ");
  const kinds = carriersOf("identity", "trust", "resource", "endpoint");
  const token = kinds.find((kind) => kind.token.startsWith(`aws:${file}:`))?.token;
  return token !== undefined && documentsOf(token, { [property]: document }).length === 1;
}

describe("the places of policy documents", () => {
  const ofSdk = propertiesOfSdk();

  it("are every property of the provider that holds one", () => {
    expect(ofSdk.length).toBeGreaterThan(80);
    expect(ofSdk.filter((place) => !(place in otherPolicies) && !isRead(place))).toEqual([]);
  });

  it("leave out only properties that the provider has", () => {
    expect(Object.keys(otherPolicies).filter((place) => !ofSdk.includes(place))).toEqual([]);
  });

  it.each(carriersOf("identity", "trust", "resource", "endpoint"))("$token is made by the SDK", ({ token }) => {
    const [, file = ""] = token.split(":");
    expect(readFileSync(`${sdkFolder}${file}.js`, "utf8")).toContain(`__pulumiType = '${token}'`);
  });
});

describe("plannedStatements", () => {
  it("finds a role's trust and its inline policies", () => {
    const props = { assumeRolePolicy: document, inlinePolicies: [{ name: "a", policy: document }, { name: "b" }] };
    const found = plannedStatements("aws:iam/role:Role", props, ["identity", "trust"]);
    expect(found.map(({ where }) => where)).toEqual([
      "statement 1 of assumeRolePolicy",
      "statement 1 of inlinePolicies",
    ]);
    expect(plannedStatements("aws:iam/role:Role", props, ["identity"])).toHaveLength(1);
  });

  it("reads a permission of Lambda as a statement", () => {
    const props = { principal: "events.amazonaws.com", sourceArn: "arn:aws:events:a:123456789012:rule/b" };
    const [permission] = plannedStatements("aws:lambda/permission:Permission", props, ["resource"]);
    expect(permission?.statement).toMatchObject({
      effect: "Allow",
      principals: [{ kind: "Service", name: "events.amazonaws.com" }],
      condition: { ArnLike: { "aws:SourceArn": props.sourceArn } },
    });
  });
});
