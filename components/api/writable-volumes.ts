/** A volume that lives as long as its task, and where it is mounted. */
export interface WritableVolume {
  readonly name: string;
  readonly path: string;
}

const temporaryFiles: WritableVolume = { name: "tmp", path: "/tmp" };

/**
 * Where the agent behind ECS Exec writes. AWS documents ECS Exec as unsupported with a read-only root file system (ECS
 * developer guide, "Monitor Amazon ECS containers with ECS Exec"); with these three paths writable it is known to work
 * (aws-containers/amazon-ecs-exec-checker issue 71, aws/containers-roadmap issue 1359).
 */
const commandAgentFiles: readonly WritableVolume[] = [
  { name: "managed-agents", path: "/managed-agents" },
  { name: "ssm-state", path: "/var/lib/amazon/ssm" },
  { name: "ssm-logs", path: "/var/log/amazon/ssm" },
];

/**
 * The only places that a container of the API may write to: empty volumes on the task's own encrypted disk, which do not
 * count towards its memory as a tmpfs would. A volume takes its owner and mode from the image's `VOLUME` directive; without
 * one it belongs to root (ECS developer guide, "Use bind mounts with Amazon ECS").
 */
export function writableVolumes(enableExecuteCommand: boolean): readonly WritableVolume[] {
  return enableExecuteCommand ? [temporaryFiles, ...commandAgentFiles] : [temporaryFiles];
}
