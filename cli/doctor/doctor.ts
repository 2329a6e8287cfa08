import type { CommandOutcome } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import { checkAccount } from "./account-checks.ts";
import type { Finding } from "./finding.ts";
import { checkLocal, configAtHand, type LocalPorts } from "./local-checks.ts";
import { checkProviders, type ProviderPorts } from "./provider-checks.ts";
import { checkStage } from "./stage-checks.ts";

/** What the checks work with besides the world. */
export type DoctorPorts = Pick<LocalPorts, "runPulumi" | "environment" | "pluginVersion"> &
  Pick<ProviderPorts, "cloudflareUrl" | "vercelUrl">;

/** Checks everything that a deployment needs and changes nothing. One check's failure keeps no other from being made. */
export async function runDoctor(world: RolloutWorld, ports: DoctorPorts): Promise<CommandOutcome> {
  const config = configAtHand(world);
  const [local, stage] = await Promise.all([checkLocal({ world, ...ports }), checkStage(world)]);
  const { isDeployed } = stage;
  const [providers, account] = await Promise.all([
    checkProviders({ ...ports, config, isDeployed }),
    checkAccount({ stage: world.stage, config, isDeployed }),
  ]);
  const findings = [...local, ...providers, ...account, ...stage.findings];
  const has = (result: Finding["result"]) => findings.some((finding) => finding.result === result);
  return {
    exitCode: has("fail") ? 1 : has("not checked") ? 3 : 0,
    text: [...findings.flatMap(linesOf), "", summary(world.stage, findings)].join("\n"),
    json: { stage: world.stage, findings },
  };
}

const signs = { pass: "✓ pass       ", fail: "✗ fail       ", "not checked": "- not checked" } as const;

function linesOf({ what, result, found, fix }: Finding): readonly string[] {
  const indent = " ".repeat(signs.pass.length + 2);
  const [first = "", ...more] = found.split("\n");
  return [
    `${signs[result]}  ${what}: ${first}`,
    ...more.map((line) => `${indent}${line}`),
    ...(fix === undefined ? [] : [`${indent}Fix: ${fix}`]),
  ];
}

function summary(stage: string, findings: readonly Finding[]): string {
  const count = (result: Finding["result"]) => findings.filter((finding) => finding.result === result).length;
  return `${stage}: ${count("pass")} pass, ${count("fail")} fail, ${count("not checked")} not checked. Nothing was changed.`;
}
