import type { Provider } from "@pulumi/aws/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import type { TaskSettings } from "../../components/api/task-settings.ts";
import type { Protection, Tags } from "../../components/scope.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { ContractMigration } from "../../rollout/contract-migrations.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { WantedRollout } from "../../rollout/move.ts";
import type { Because } from "../../rollout/next-record.ts";
import type { ProtectedPart } from "../../rollout/override.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { LastPromote } from "../../rollout/rollback-address.ts";
import type { PublicHost } from "../config/schema/platform.ts";
import type { Stage, StageConfig } from "../config/schema/stage-config.ts";
import type { SecretFingerprints } from "../rollout/secret-fingerprints.ts";
import type { UpdateSecrets } from "../rollout/update-secrets.ts";
import type { DatabaseInForce } from "../stack-outputs.ts";

/** What a stack is made from. */
export interface StackRequest {
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly stage: Stage;
  readonly config: StageConfig;
  /** AWS account, 12 digits. */
  readonly accountId: string;
  /** Id of the Cloudflare zone of the stage's hosts. */
  readonly zoneId: string;
  readonly awsProvider: Provider;
  readonly databaseInForce: DatabaseInForce;
  /** The public hosts whose DNS records are planned. */
  readonly dnsHosts: PublicHost[];
  /** What the last update left behind; null on the first deployment. */
  readonly previous: RolloutRecord | null;
  /** The update's one clock. */
  readonly now: Date;
  /** What each colour's tasks see of the config: its release, besides the image. */
  readonly taskSettings: Readonly<Record<Colour, TaskSettings>>;
  /** The application secrets: those of each colour's release, and all that must exist. */
  readonly secrets: UpdateSecrets;
  /** What the last update knew of the secrets' values. */
  readonly fingerprints: SecretFingerprints | undefined;
  /** What is asked for, as the rules have judged it. */
  readonly wanted: WantedRollout;
  /** Why the move was let through, for the history. */
  readonly acceptance: Because;
  /** What the latch parameter is created with, where it does not exist. */
  readonly initialLatch: Latch;
  /** The `contract` migrations that the schema has gone through, for the record. */
  readonly contracts: readonly ContractMigration[];
}

/** What every part of the composition needs. */
export interface StackContext {
  /** Name that every component is constructed with. */
  readonly name: string;
  readonly stage: Stage;
  readonly config: StageConfig;
  readonly tags: Tags;
  /** How the parts are protected that serve the public or hold its data. */
  readonly protection: Readonly<Record<ProtectedPart, Protection>>;
  readonly accountId: string;
  readonly zoneId: string;
  /** What alarms and limits on the database go by. */
  readonly database: { readonly connections: number; readonly storageGib: number };
  /** Options of every component: the stage's own AWS provider. */
  readonly options: pulumi.ComponentResourceOptions;
  /** What each colour's tasks see of the config. */
  readonly taskSettings: Readonly<Record<Colour, TaskSettings>>;
  readonly secrets: UpdateSecrets;
  readonly latchParameterName: string;
  readonly addressParameterName: string;
  /** Name of the SSM parameter in which the commands leave which frontend is out. */
  readonly releasedFrontendName: string;
  readonly metricNamespace: string;
  readonly initialLatch: Latch;
  /** The promote that a return can undo, as it will be after this update; null where there is none. */
  readonly lastPromote: LastPromote | null;
  /** Since when the candidate is the one that it is, as it will be after this update. ISO 8601. */
  readonly candidateSince: string;
}
