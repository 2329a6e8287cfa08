import { signingKeyName, signingKeyNames } from "../../../components/api/names.ts";
import type { Breach, ConfigRule, ReadableConfig } from "./readable-config.ts";

/** The container is told the stage that it runs in: its seed data and its mail depend on it (guide S3, S4, P2). */
const environment: ConfigRule = ({ api }, stage) => {
  if (api?.environment === undefined || api.environment === stage) return [];
  const rule = `must be ${stage}, the stage of this stack: seed data and debug mode depend on it (guide S3, S4, P2)`;
  return [{ path: ["api", "environment"], rule, fix: { set: stage } }];
};

/** Which origins a browser may call the API from (guide S4, P2). */
const origins: ConfigRule = ({ api, hosts }, stage) => {
  const allowed = api?.allowedOrigins;
  const frontend = hosts?.frontend === undefined ? undefined : `https://${hosts.frontend}`;
  if (allowed === undefined) return [];
  const open = stage === "production" ? allowed.flatMap((origin, index) => openOrigin(origin, index, frontend)) : [];
  return [...open, ...missingFrontend(allowed, frontend)];
};

function openOrigin(origin: string | undefined, index: number, frontend: string | undefined): readonly Breach[] {
  const path = ["api", "allowedOrigins", index];
  if (origin === "*") {
    const fix = frontend === undefined ? { choose: "value" } : { set: frontend };
    return [
      { path, rule: "production must list the origins that may call the API; * allows every site (guide P2)", fix },
    ];
  }
  if (origin?.startsWith("http://") !== true) return [];
  const fix = { set: origin.replace("http://", "https://") };
  return [{ path, rule: "production must use https origins only: http requests can be changed on the way", fix }];
}

/** Silent where an entry could not be read, or where {@link openOrigin} makes one the frontend's: either may be the missing one. */
function missingFrontend(allowed: readonly (string | undefined)[], frontend: string | undefined): readonly Breach[] {
  if (frontend === undefined) return [];
  const covering = [undefined, frontend, frontend.replace("https://", "http://"), "*"];
  if (allowed.some((origin) => covering.includes(origin))) return [];
  const rule = `the list must include ${frontend}, because hosts.frontend calls the API (guide S4, P2)`;
  // Setting the entry after the last one appends to the list.
  return [{ path: ["api", "allowedOrigins", allowed.length], rule, fix: { set: frontend } }];
}

interface Offer {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

/** Memory in MiB that Fargate offers with each CPU size (Amazon ECS Developer Guide, "Task CPU and memory"). */
const offers: Readonly<Record<number, Offer>> = {
  256: { minimum: 512, maximum: 2048, step: 512 },
  512: { minimum: 1024, maximum: 4096, step: 1024 },
  1024: { minimum: 2048, maximum: 8192, step: 1024 },
  2048: { minimum: 4096, maximum: 16_384, step: 1024 },
  4096: { minimum: 8192, maximum: 30_720, step: 1024 },
};

function isOffered(cpuUnits: number, memoryMib: number, { minimum, maximum, step }: Offer): boolean {
  // The smallest CPU size comes with 512, 1024 and 2048 MiB, though its step would allow 1536.
  if (cpuUnits === 256 && memoryMib === 1536) return false;
  return memoryMib >= minimum && memoryMib <= maximum && memoryMib % step === 0;
}

/** The smallest offered memory that is no less than what was asked for. */
function nextOffered(cpuUnits: number, memoryMib: number, offer: Offer): number {
  const rounded = Math.min(offer.maximum, Math.max(offer.minimum, Math.ceil(memoryMib / offer.step) * offer.step));
  return isOffered(cpuUnits, rounded, offer) ? rounded : rounded + offer.step;
}

/** A task has a size that Fargate offers. ECS would refuse another only when half of the stack is already created. */
const taskSize: ConfigRule = ({ api }) => {
  const { cpuUnits, memoryMib } = api ?? {};
  const offer = cpuUnits === undefined ? undefined : offers[cpuUnits];
  if (cpuUnits === undefined || memoryMib === undefined || offer === undefined) return [];
  if (isOffered(cpuUnits, memoryMib, offer)) return [];
  const { minimum, maximum, step } = offer;
  const sizes = cpuUnits === 256 ? "512, 1024 or 2048 MiB" : `${minimum} to ${maximum} MiB in steps of ${step}`;
  const rule = `must be a size that Fargate offers with ${cpuUnits} cpuUnits: ${sizes}`;
  return [{ path: ["api", "memoryMib"], rule, fix: { set: nextOffered(cpuUnits, memoryMib, offer) } }];
};

/** A colour may not grow to fewer tasks than it runs at least. */
const taskCount: ConfigRule = ({ api }) => {
  const { minTasks, maxTasks } = api ?? {};
  if (minTasks === undefined || maxTasks === undefined || maxTasks >= minTasks) return [];
  return [{ path: ["api", "maxTasks"], rule: `must be at least api.minTasks, ${minTasks}`, fix: { set: minTasks } }];
};

/**
 * The load balancer waits for a slow answer at least as long as a stopping task has to finish it. A shorter idle timeout
 * would cut off the requests that the drain waits for.
 */
const timeouts: ConfigRule = ({ api }) => {
  const { idleTimeoutSeconds, stopTimeoutSeconds } = api ?? {};
  if (idleTimeoutSeconds === undefined || stopTimeoutSeconds === undefined) return [];
  if (idleTimeoutSeconds >= stopTimeoutSeconds) return [];
  const rule = `must be at least api.stopTimeoutSeconds, ${stopTimeoutSeconds}: a stopping task may take that long to answer`;
  return [{ path: ["api", "idleTimeoutSeconds"], rule, fix: { set: stopTimeoutSeconds } }];
};

/** The stack generates the signing key. Another key would sign every user out, and whoever wrote it would know it (guide P2). */
const signingKey: ConfigRule = ({ applicationSecrets }) =>
  signingKeyNames
    .filter((name) => applicationSecrets?.[name] !== undefined)
    .map((name): Breach => {
      const rule = "must not be set: the stack generates it and keeps it in Secrets Manager (guide P2)";
      return { path: ["applicationSecrets", name], rule, fix: { remove: true } };
    });

/** A rotation goes from one number to the next, so the other key is a neighbour. */
const signingKeyNumbers: ConfigRule = ({ signingKey: current, alsoAcceptedSigningKey: other }) => {
  if (current === undefined || other === undefined || Math.abs(current - other) === 1) return [];
  const before = current === 1 ? "" : `, or ${current - 1}, the one before`;
  const rule = `must be ${current + 1}, the key after signingKey${before}`;
  return [{ path: ["alsoAcceptedSigningKey"], rule, fix: { remove: true } }];
};

/**
 * A task can only get secrets that exist. The API gets `SECRET_KEY` in any case; a list without it would read as if it did
 * not. A secret that no task gets is a mistake in one of the two places.
 */
const taskSecrets: ConfigRule = ({ applicationSecrets, taskSecrets: tasks }, stage) => {
  const known = Object.keys(applicationSecrets ?? {});
  const listed = Object.entries(tasks ?? {}).flatMap(([task, names = []]) =>
    names.map((name, index) => ({ task, name, path: ["taskSecrets", task, index] })),
  );
  const unknown = listed.flatMap(({ task, name, path }): Breach[] => {
    if (name === undefined || known.includes(name) || (name === signingKeyName && task !== "api")) return [];
    const rule =
      name === signingKeyName
        ? "must not be listed: the API always gets it"
        : `must be a name of applicationSecrets${task === "api" ? "" : `, or ${signingKeyName}`}`;
    return [{ path, rule, fix: { remove: true } }];
  });
  const repeated = listed.flatMap(({ task, name, path }, index): Breach[] => {
    const isRepeated = listed.slice(0, index).some((other) => other.task === task && other.name === name);
    return name !== undefined && isRepeated ? [{ path, rule: "must be listed once", fix: { remove: true } }] : [];
  });
  const seeding: Breach[] =
    stage === "production" && tasks?.seed !== undefined
      ? [
          {
            path: ["taskSecrets", "seed"],
            rule: "must not be set: production has no seed task (guide S3)",
            fix: { remove: true },
          },
        ]
      : [];
  const unused =
    tasks?.api === undefined
      ? []
      : known.filter((name) => !signingKeyNames.includes(name) && !listed.some((one) => one.name === name));
  return [
    ...unknown,
    ...repeated,
    ...seeding,
    ...unused.map((name): Breach => {
      const rule =
        "must be in a list of taskSecrets, because no task gets it now. Add it to taskSecrets.api for the API, or remove it";
      return { path: ["applicationSecrets", name], rule, fix: { remove: true } };
    }),
  ];
};

type Stages = NonNullable<NonNullable<ReadableConfig["frontend"]>["rollingRelease"]>;

/** Vercel's stages rise to 100 % (`ProjectRollingRelease` of the Vercel provider). */
const rollingRelease: ConfigRule = ({ frontend }) => {
  const stages = frontend?.rollingRelease ?? [];
  return stages.flatMap((_stage, index) => wrongPercentage(stages, index));
};

function wrongPercentage(stages: Stages, index: number): readonly Breach[] {
  const percentage = stages[index]?.targetPercentage;
  const before = index === 0 ? 0 : stages[index - 1]?.targetPercentage;
  if (percentage === undefined) return [];
  const path = ["frontend", "rollingRelease", index, "targetPercentage"];
  if (before !== undefined && percentage <= before) {
    return [
      { path, rule: `must be more than the percentage of the stage before, ${before}`, fix: { choose: "value" } },
    ];
  }
  if (index < stages.length - 1 || percentage === 100) return [];
  return [{ path, rule: "must be 100 on the last stage", fix: { set: 100 } }];
}

/** What holds for the API, its secrets and the frontend. */
export const applicationRules: readonly ConfigRule[] = [
  environment,
  origins,
  taskSize,
  taskCount,
  timeouts,
  signingKey,
  signingKeyNumbers,
  taskSecrets,
  rollingRelease,
];
