/** Rules on images, task definitions, services and the cluster (Amazon ECR and ECS). */
import { type Container, containersOf, jsonProblems } from "../facts.ts";
import { cluster, imageLifecycle, imageRepository, service, taskDefinition } from "../kinds.ts";
import { requireLink } from "../links.ts";
import { type ResourceRule, type Rule, type RuleText, resourceRule, shown, type Violation } from "../rule.ts";

/** Ten releases: more than were ever between a version and its return. */
const leastTaggedImages = 10;

export const imageRules: readonly Rule[] = [
  resourceRule({
    name: "ecr-immutable-tags",
    rule: "A repository must not let a pushed tag move to another image",
    source: "AWS Security Hub ECR.2",
    kinds: [imageRepository],
    check({ props }, report) {
      if (props.imageTagMutability === "IMMUTABLE") return;
      report({
        found: shown("imageTagMutability", props.imageTagMutability),
        fix: "set imageTagMutability to IMMUTABLE",
      });
    },
  }),

  requireLink(
    { target: imageRepository, holder: imageLifecycle, property: "repository" },
    {
      name: "ecr-lifecycle",
      rule: "A repository must delete old images",
      source: "AWS Security Hub ECR.3",
      fix: "add a LifecyclePolicy that keeps deployed images",
    },
  ),

  /** Both colours and the version that a return goes back to must stay, however many pushes lie between. */
  resourceRule({
    name: "ecr-keeps-releases",
    rule: `A repository must keep at least ${leastTaggedImages} tagged images, so that no deployed image is deleted`,
    source: "project rule",
    kinds: [imageLifecycle],
    check({ props }, report) {
      for (const { tagStatus, countType, countNumber = 0 } of selectionsOf(props.policy)) {
        if (tagStatus === "untagged") continue;
        if (countType === "imageCountMoreThan" && countNumber >= leastTaggedImages) continue;
        report({
          found: `a rule deletes tagged images by ${countType} ${countNumber}`,
          fix: `keep ${leastTaggedImages} images or more by imageCountMoreThan`,
        });
      }
    },
  }),

  resourceRule({
    name: "ecr-scan-on-push",
    rule: "A repository must scan an image when it is pushed",
    source: "AWS Security Hub ECR.1",
    kinds: [imageRepository],
    check({ props }, report) {
      const scan = props.imageScanningConfiguration?.scanOnPush;
      if (scan === true) return;
      report({
        found: shown("imageScanningConfiguration.scanOnPush", scan),
        fix: "set imageScanningConfiguration.scanOnPush to true",
      });
    },
  }),
];

export const taskRules: readonly Rule[] = [
  containerRule({
    name: "ecs-image-by-digest",
    rule: "A container's image must be named by digest, because a tag can move to another image during a rollout",
    source: "project rule",
    check({ name, image }, report) {
      if (image !== undefined && /@sha256:[0-9a-f]{64}$/.test(image)) return;
      report({
        found: shown(`image of container ${name}`, image),
        fix: "write it as <repository>@sha256:<digest>, with the digest from images.<colour>",
      });
    },
  }),

  containerRule({
    name: "ecs-log-configuration",
    rule: "A container's output must be logged",
    source: "AWS Security Hub ECS.9",
    check({ name, logConfiguration }, report) {
      const driver = logConfiguration?.logDriver;
      if (driver !== undefined && driver !== "" && driver !== "none") return;
      report({
        found: shown(`logConfiguration.logDriver of container ${name}`, driver),
        fix: "set logConfiguration.logDriver to awslogs, with the colour's log group",
      });
    },
  }),
];

export const serviceRules: readonly Rule[] = [
  /** The memory alarm of guide A4 needs these metrics. */
  resourceRule({
    name: "ecs-container-insights",
    rule: "A cluster must have Container Insights",
    source: "AWS Security Hub ECS.12",
    kinds: [cluster],
    check({ props }, report) {
      const value = props.settings?.find(({ name }) => name === "containerInsights")?.value;
      if (value === "enabled" || value === "enhanced") return;
      report({
        found: shown("containerInsights in settings", value),
        fix: "set containerInsights to enabled or enhanced",
      });
    },
  }),

  resourceRule({
    name: "ecs-latest-platform",
    rule: "A service must run on the latest Fargate platform version",
    source: "AWS Security Hub ECS.10",
    kinds: [service],
    check({ props }, report) {
      const { platformVersion } = props;
      if (platformVersion === undefined || platformVersion === "LATEST") return;
      report({
        found: shown("platformVersion", platformVersion),
        fix: "remove platformVersion, or set it to LATEST",
      });
    },
  }),

  resourceRule({
    name: "ecs-on-fargate",
    rule: "A service must run on Fargate, because nobody updates machines of EC2 here",
    source: "project rule",
    kinds: [service],
    check({ props }, report) {
      if (props.launchType === "FARGATE") return;
      report({ found: shown("launchType", props.launchType), fix: "set launchType to FARGATE" });
    },
  }),

  resourceRule({
    name: "ecs-no-public-ip",
    rule: "A service's tasks must not have public addresses",
    source: "AWS Security Hub ECS.2",
    kinds: [service],
    check({ props }, report) {
      if (props.networkConfiguration?.assignPublicIp !== true) return;
      report({
        found: "networkConfiguration.assignPublicIp is true",
        fix: "set networkConfiguration.assignPublicIp to false and use private subnets",
      });
    },
  }),
];

/** A rule on each container of each task definition. */
export function containerRule({
  check,
  ...text
}: RuleText & {
  readonly check: (container: Container, report: (violation: Violation) => void) => void;
}): ResourceRule {
  return resourceRule({
    ...text,
    kinds: [taskDefinition],
    check({ props }, report) {
      for (const container of containersOf(props)) check(container, report);
    },
  });
}

/** What the rules of a lifecycle policy delete; see "Lifecycle policy properties" in the ECR user guide. */
interface Selection {
  readonly tagStatus?: string;
  readonly countType?: string;
  readonly countNumber?: number;
}

function selectionsOf(policy: unknown): readonly Selection[] {
  if (typeof policy === "string" && jsonProblems(policy).length > 0) return [];
  const { rules = [] } = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    readonly rules?: readonly { readonly selection?: Selection }[];
  };
  return rules.map(({ selection = {} }) => selection);
}
