/** Rules on what a task shares: nothing of a host, no rights in its kernel, and no image that somebody else publishes. */
import { containersOf } from "../facts.ts";
import { imageRepository, taskDefinition } from "../kinds.ts";
import { known } from "../links.ts";
import { type Rule, resourceRule, shown, stackRule } from "../rule.ts";
import { containerRule } from "./containers.ts";

export const isolationRules: readonly Rule[] = [
  /** A tag or digest of another registry is somebody else's promise: only this one is scanned and keeps what is deployed. */
  stackRule({
    name: "ecs-own-registry",
    rule: "A container's image must come from the stack's own repository, which scans it and keeps it; one that is given no secret may be Amazon Linux of AWS, by digest",
    source: "AWS ECR: Amazon ECR private repositories",
    kinds: [imageRepository, taskDefinition],
    check({ all }, report) {
      const repositories = all(imageRepository).map(({ props }) => known(() => urlOf(props)));
      for (const definition of all(taskDefinition)) {
        for (const { name, image, secrets = [] } of containersOf(definition.props)) {
          if (image !== undefined && secrets.length === 0 && amazonLinux.test(image)) continue;
          if (image === undefined || repositories.some((url) => url !== undefined && isFrom(image, url))) continue;
          // A preview of a new stack does not know the repository yet. Then it knows no image of it either.
          if (repositories.length > 0 && repositories.every((url) => url === undefined)) continue;
          report(definition, {
            found: shown(`image of container ${name}`, image),
            fix: "push the image to the stack's repository and name it from there, by digest",
          });
        }
      }
    },
  }),

  resourceRule({
    name: "ecs-isolated",
    rule: "A task must run on Fargate with a network and namespaces of its own, and must reach nothing of a host",
    source: "AWS Security Hub ECS.3, ECS.17",
    kinds: [taskDefinition],
    check({ props }, report) {
      const { networkMode, pidMode, ipcMode, requiresCompatibilities, volumes = [] } = props;
      if (networkMode !== "awsvpc") {
        report({ found: shown("networkMode", networkMode), fix: "set networkMode to awsvpc" });
      }
      if (pidMode !== undefined) report({ found: shown("pidMode", pidMode), fix: "remove pidMode" });
      if (ipcMode !== undefined) report({ found: shown("ipcMode", ipcMode), fix: "remove ipcMode" });
      if (requiresCompatibilities?.join() !== "FARGATE") {
        report({
          found: shown("requiresCompatibilities", requiresCompatibilities),
          fix: "set requiresCompatibilities to FARGATE alone",
        });
      }
      if (props.enableFaultInjection === true) {
        report({ found: "enableFaultInjection is true", fix: "remove enableFaultInjection" });
      }
      for (const { name, hostPath } of volumes) {
        if (hostPath === undefined) continue;
        report({ found: `volume ${name} has the hostPath ${hostPath}`, fix: "remove hostPath" });
      }
    },
  }),

  resourceRule({
    name: "ecs-file-systems-encrypted",
    rule: "A task must reach a file system of EFS over TLS",
    source: "AWS Security Hub ECS.18",
    kinds: [taskDefinition],
    check({ props }, report) {
      for (const { name, efsVolumeConfiguration } of props.volumes ?? []) {
        if (efsVolumeConfiguration === undefined || efsVolumeConfiguration.transitEncryption === "ENABLED") continue;
        report({
          found: shown(`transitEncryption of volume ${name}`, efsVolumeConfiguration.transitEncryption),
          fix: "set efsVolumeConfiguration.transitEncryption to ENABLED",
        });
      }
    },
  }),

  containerRule({
    name: "ecs-no-capabilities",
    rule: "A container must drop every Linux capability and add none",
    source: "AWS ECS: KernelCapabilities",
    check({ name, linuxParameters }, report) {
      const { add = [], drop = [] } = linuxParameters?.capabilities ?? {};
      if (add.length > 0) {
        report({
          found: `linuxParameters.capabilities of container ${name} adds ${add.join(", ")}`,
          fix: "remove add",
        });
      }
      if (drop.includes("ALL")) return;
      report({
        found: shown(`linuxParameters.capabilities.drop of container ${name}`, drop.length === 0 ? undefined : drop),
        fix: "set linuxParameters.capabilities.drop to ALL",
      });
    },
  }),

  containerRule({
    name: "ecs-non-privileged",
    rule: "A container must not have privileges on its host",
    source: "AWS Security Hub ECS.4",
    check({ name, privileged }, report) {
      if (privileged !== true) return;
      report({ found: `privileged of container ${name} is true`, fix: "remove privileged" });
    },
  }),

  containerRule({
    name: "ecs-non-root-user",
    rule: "A container must name a user that is not root",
    source: "AWS Config ecs-task-definition-linux-user-non-root",
    check({ name, user }, report) {
      // The value may carry a group after a colon, and 00 is root as well.
      const id = user?.split(":")[0] ?? "";
      if (id !== "" && id !== "root" && !/^0+$/.test(id)) return;
      report({
        found: shown(`user of container ${name}`, user),
        fix: "set user to the uid:gid that the image is built for, such as 10001:10001",
      });
    },
  }),

  containerRule({
    name: "ecs-read-only-root",
    rule: "A container's root file system must be read-only",
    source: "AWS Security Hub ECS.5",
    check({ name, readonlyRootFilesystem }, report) {
      if (readonlyRootFilesystem === true) return;
      report({
        found: shown(`readonlyRootFilesystem of container ${name}`, readonlyRootFilesystem),
        fix: "set readonlyRootFilesystem to true and mount a volume where the service writes",
      });
    },
  }),
];

/** AWS alone publishes under this name, and the digest fixes what it is. */
const amazonLinux = /^public\.ecr\.aws\/amazonlinux\/amazonlinux@sha256:[0-9a-f]{64}$/;

function urlOf(repository: object): string {
  return String(Reflect.get(repository, "repositoryUrl"));
}

function isFrom(image: string, repositoryUrl: string): boolean {
  return image.startsWith(`${repositoryUrl}@`) || image.startsWith(`${repositoryUrl}:`);
}
