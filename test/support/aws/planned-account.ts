import { diffPlans, type ResourceChange } from "../../../rehearsal/plan/diff-plans.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { type AwsClients, connectClients } from "./aws-clients.ts";
import type { MotoServer } from "./moto.ts";
import { alarmPlacings } from "./place-alarms.ts";
import { balancerPlacings } from "./place-balancer.ts";
import { containerPlacings } from "./place-containers.ts";
import { networkPlacings } from "./place-network.ts";
import { noticePlacings } from "./place-notices.ts";
import { rollbackPlacings } from "./place-rollback.ts";
import type { Placed, Placing, Placings } from "./placing.ts";
import { type Assigned, translator } from "./translation.ts";

/** An account in moto that is like a plan. What the rollout does not need there (database, buckets, DNS) is left out of it. */
export interface PlannedAccount {
  /** SDK clients of the account. */
  readonly clients: AwsClients;
  /** The resources of the plan that was deployed last, as planned. */
  readonly resources: readonly PlannedResource[];
  /** Planned ARNs and ids in a value (objects, lists, texts, JSON in texts) replaced by the real ones. */
  translate<T>(value: T): T;
  /**
   * Makes the account be like the plan: creates, updates and deletes what differs from the last one, in the order of
   * registration, as an update of the stack would. Properties whose changes the program ignores, such as the latch's value,
   * are written at their creation and never again.
   *
   * @returns the difference, also of resources that moto is not told of
   * @throws {Error} what moto refuses, naming the resource; what was done before stands, as in an update that failed
   */
  deploy(plan: { readonly resources: readonly PlannedResource[] }): Promise<readonly ResourceChange[]>;
  /** What was applied last, from which the same account is opened again. It can be kept as JSON. */
  snapshot(): Applied;
}

/** What an account was made from, and what moto assigned. */
export interface Applied {
  readonly resources: readonly PlannedResource[];
  readonly assigned: Assigned;
}

const placings: Placings = {
  ...networkPlacings,
  ...balancerPlacings,
  ...alarmPlacings,
  ...noticePlacings,
  ...rollbackPlacings,
  ...containerPlacings,
};

/**
 * Opens an account in a moto server: an empty one, or the one that a snapshot was taken of. Two stages may share a server.
 */
export function createPlannedAccount(
  moto: Pick<MotoServer, "endpoint">,
  { resources, assigned: known }: Applied = { resources: [], assigned: {} },
): PlannedAccount {
  const clients = connectClients(moto);
  const applied = new Map(resources.map((resource) => [resource.urn, resource]));
  const assigned: Record<string, string> = { ...known };
  let translate = translator(assigned);

  /** Does one thing to one resource. @returns the planned values that now stand for something else than before */
  async function place(planned: PlannedResource, what: keyof Placing, changed: ReadonlySet<string>) {
    const placing = placings[planned.type];
    if (placing === undefined) return [];
    const { inputs, outputs } = translate({ inputs: planned.inputs, outputs: planned.outputs });
    const resource: Placed = { planned, inputs, outputs, changed };
    try {
      const act = placing[what];
      if (act === undefined) throw new Error(`test/support/aws knows no way to ${what} one.`);
      const given = (await act(clients, resource)) ?? {};
      const replaced = Object.keys(given).filter((key) => assigned[key] !== undefined && assigned[key] !== given[key]);
      Object.assign(assigned, given);
      if (Object.keys(given).length > 0) translate = translator(assigned);
      return replaced;
    } catch (error) {
      throw new Error(`${planned.type} ${planned.name}, ${what}: ${describe(error)}`, { cause: error });
    }
  }

  return {
    clients,
    get resources() {
      return [...applied.values()];
    },
    translate: (value) => translate(value),
    async deploy(plan) {
      const before = [...applied.values()];
      const changes = diffPlans({ resources: before, outputs: {} }, { resources: plan.resources, outputs: {} });
      const byUrn = new Map(changes.map((change) => [change.urn, change]));
      const replaced: string[] = [];
      for (const resource of plan.resources) {
        const change = byUrn.get(resource.urn);
        if (change?.kind === "create") {
          await place(resource, "create", new Set(Object.keys(resource.inputs)));
        } else if (change?.kind === "update") {
          replaced.push(...(await place(resource, "update", topLevel(change))));
        } else if (replaced.some((planned) => JSON.stringify(resource.inputs).includes(JSON.stringify(planned)))) {
          // The plan has one text for every revision of a task definition; the service that runs it changes all the same.
          await place(resource, "update", new Set());
        }
        if (resource.custom) applied.set(resource.urn, resource);
      }
      for (const { urn, kind } of [...changes].reverse()) {
        const gone = applied.get(urn);
        if (kind !== "delete" || gone === undefined) continue;
        if (placings[gone.type]?.remove !== undefined) await place(gone, "remove", new Set());
        applied.delete(urn);
      }
      return changes;
    },
    snapshot: () => ({ resources: [...applied.values()], assigned: { ...assigned } }),
  };
}

function topLevel({ properties }: ResourceChange): ReadonlySet<string> {
  return new Set(properties.map(({ path }) => path.split(/[.[]/)[0] ?? path));
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
