import { once } from "node:events";
import { appendFileSync, chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import type { SavedPlan } from "../../../cli/pulumi.ts";
import { repositoryNameOf } from "../../../infra/aws/images.ts";
import { type Stage, stages } from "../../../infra/config/schema/stage-config.ts";
import { colours } from "../../../rollout/colour.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { PlannedPulumi } from "../../support/cli/planned-pulumi.ts";
import { setScan } from "../../support/registry/image-world.ts";

/** A Pulumi for processes: an executable whose calls this process answers, with the real program and a moto. */
export interface PulumiOverHttp {
  /** Every call so far, as words. */
  readonly calls: readonly string[];
  readonly stacks: Readonly<Record<Stage, PlannedPulumi>>;
  stop(): Promise<void>;
}

interface Call {
  readonly words: readonly string[];
  readonly updateTime?: string;
  readonly gateFile?: string;
}

interface Answer {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Passes its words on, and prints what is answered. */
const script = (port: number) => `
const { ROLLOUT_UPDATE_TIME: updateTime, ROLLOUT_GATE_FILE: gateFile } = process.env;
const body = JSON.stringify({ words: process.argv.slice(2), updateTime, gateFile });
const answer = await (await fetch("http://127.0.0.1:${port}/", { method: "POST", body })).json();
process.stdout.write(answer.stdout ?? "");
process.stderr.write(answer.stderr ?? "");
process.exitCode = answer.exitCode;
`;

/**
 * Starts it. After an update, the services' tasks are healthy, as ECS makes them, and the scan of each image finds nothing.
 *
 * @param folder of the project
 * @param programs folder that the executable is written to
 * @param registryHost where the stages' registries are, in the place of AWS's
 */
export async function startPulumiOverHttp(request: {
  readonly folder: string;
  readonly programs: string;
  readonly moto: { readonly endpoint: string };
  readonly registryHost: string;
}): Promise<PulumiOverHttp> {
  const { folder, programs, moto, registryHost } = request;
  const calls: string[] = [];
  const stacks = Object.fromEntries(
    stages.map((stage) => [stage, new PlannedPulumi(stage, folder, moto)]),
  ) as unknown as Record<Stage, PlannedPulumi>;
  const created = new Set<string>();
  let backend = "none";

  async function outputs(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
    const found = await stacks[stage].outputs();
    const url = found["imageRepositoryUrl"];
    return url === undefined
      ? found
      : { ...found, imageRepositoryUrl: `${registryHost}/${repositoryNameOf(String(url))}` };
  }

  async function afterUpdate(stage: Stage): Promise<void> {
    const pulumi = stacks[stage];
    const { imageRepositoryUrl, databaseInstanceIdentifier } = await pulumi.outputs();
    await createDatabase(moto.endpoint, String(databaseInstanceIdentifier));
    for (const colour of colours) {
      if (pulumi.record.images[colour] !== null) await setHealthyTasks(pulumi.account(), colour, 2);
    }
    await setScan(moto, repositoryNameOf(String(imageRepositoryUrl)), {});
  }

  async function answer({ words, updateTime, gateFile }: Call): Promise<Answer> {
    const [command, second, third] = words;
    const after = (flag: string) => words[words.indexOf(flag) + 1] ?? "";
    const stage = stages.find((one) => one === after("--stack"));
    const at = updateTime === undefined ? new Date() : new Date(updateTime);
    if (command === "version") return { exitCode: 0, stdout: "v3.265.0\n" };
    if (command === "login") {
      backend = second ?? "https://api.pulumi.com";
      return { exitCode: 0, stdout: `Logged in to ${backend}\n` };
    }
    if (command === "whoami") return { exitCode: 0, stdout: JSON.stringify({ user: "ana", url: backend }) };
    if (command === "stack" && second === "init") {
      created.add(third ?? "");
      // As the CLI writes them, after what is there.
      const provider = after("--secrets-provider");
      appendFileSync(join(folder, `Pulumi.${third}.yaml`), `secretsprovider: ${provider}\nencryptedkey: QUFB\n`);
      return { exitCode: 0, stdout: `Created stack '${third}'\n` };
    }
    if (command === "stack" && second === "ls") {
      return { exitCode: 0, stdout: JSON.stringify([...created].map((name) => ({ name, current: false }))) };
    }
    if (stage === undefined || !created.has(stage)) return { exitCode: 6, stderr: "error: no such stack\n" };
    if (command === "stack" && second === "output") {
      const found = await outputs(stage);
      if (third === "--json") return { exitCode: 0, stdout: JSON.stringify(found) };
      return { exitCode: 0, stdout: `${String(found[third ?? ""])}\n` };
    }
    if (command === "preview") {
      const planPath = after("--save-plan");
      const saved = await stacks[stage].preview({ updateTime: at, planPath: `${planPath}.own`, gatePath: gateFile });
      writeFileSync(planPath, planFile(saved));
      return { exitCode: 0, stdout: `Previewing update (${stage}):\n` };
    }
    if (command === "up") {
      const bound = words.includes("--plan") ? { planPath: `${after("--plan")}.own` } : {};
      await stacks[stage].update({ updateTime: at, gatePath: gateFile, ...bound });
      await afterUpdate(stage);
      return { exitCode: 0, stdout: `Updating (${stage}):\n` };
    }
    return { exitCode: 2, stderr: `error: unknown command "${words.join(" ")}" for "pulumi"\n` };
  }

  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const part of incoming) body += part;
    const call: Call = JSON.parse(body);
    calls.push(call.words.join(" "));
    const failed = (error: unknown): Answer => ({ exitCode: 255, stderr: `error: ${(error as Error).message}\n` });
    response.end(JSON.stringify(await answer(call).catch(failed)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  writeFileSync(join(programs, "pulumi.mjs"), script((server.address() as AddressInfo).port));
  writeFileSync(
    join(programs, "pulumi"),
    `#!/bin/sh\nexec '${process.execPath}' '${join(programs, "pulumi.mjs")}' "$@"\n`,
  );
  chmodSync(join(programs, "pulumi"), 0o755);
  return {
    calls,
    stacks,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The instance of a stage, which moto's account of a planned stage lacks. One that exists stays. */
async function createDatabase(endpoint: string, identifier: string): Promise<void> {
  const rds = new RDSClient(clientSettings({ endpoint }));
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  if (DBInstances.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier)) return;
  const settings = { DBInstanceClass: "db.t4g.micro", Engine: "postgres", AllocatedStorage: 20 };
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: identifier, ...settings }));
}

/** A plan as `pulumi preview --save-plan` writes it. */
function planFile({ changes, outputs }: SavedPlan): string {
  const updates = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));
  const ofStack = "urn:pulumi:stack::celebrant-portal::pulumi:pulumi:Stack::stack";
  return JSON.stringify({
    resourcePlans: {
      ...Object.fromEntries(
        changes.map(({ urn, operations, properties }) => [
          urn,
          { goal: { inputDiff: { updates: updates(properties) } }, steps: operations },
        ]),
      ),
      [ofStack]: { goal: { outputDiff: { updates: updates(outputs) } }, steps: ["same"] },
    },
  });
}
