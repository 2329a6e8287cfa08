import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseStageAddresses, type RecordedOutputs } from "../../infra/stack-outputs.ts";
import { otherColour } from "../../rollout/colour.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import { releaseFingerprint } from "../../rollout/verification.ts";
import { notChecked, pass } from "../found.ts";
import { type CommandOutcome, messageOf, WrongUseError } from "../outcome.ts";
import { verifyMarkdown } from "../reports/verify-report/verify-markdown.ts";
import { verifyText } from "../reports/verify-report/verify-words.ts";
import type { RolloutWorld } from "../world.ts";
import { baseUrl, openAsker, publicRoute, type Route } from "./ask.ts";
import { type CheckedHost, type ReleaseOnHost, releaseOn } from "./checked-host.ts";
import { check, type VerifyFinding } from "./finding.ts";
import { refuseLoad } from "./load/allowed-load.ts";
import { runChecks, type VerifySection, type VerifyVerdict, verdictOf } from "./run-checks.ts";
import { type FurtherSources, furtherThemes } from "./stage-themes.ts";
import { subjectOf } from "./subject.ts";

/** A verdict about a deployed release and all that it rests on. */
export interface VerifyReport {
  readonly stage: string;
  readonly host: CheckedHost;
  readonly url: string;
  /** ISO 8601 instants. */
  readonly from: string;
  readonly until: string;
  /** What answered on the host by the record; null where two releases share it, and where the record cannot be read. */
  readonly release: ReleaseOnHost | null;
  readonly verdict: VerifyVerdict;
  readonly sections: readonly VerifySection[];
}

/** What is to be checked, and what the report is written into. */
export interface VerifyRequest {
  readonly host: CheckedHost;
  /** Whether the users of `verify.load` send requests as well. Default false. */
  readonly load?: boolean | undefined;
  /** Whether the answers of teams and beta users are added up. Default false. */
  readonly acceptance?: boolean | undefined;
  /** Whether a load of production is meant. */
  readonly meansProduction?: boolean | undefined;
  readonly markdownFile?: string | undefined;
  readonly htmlFile?: string | undefined;
}

/** What the checks work with besides the world. */
export interface VerifyPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From where the folder of a suite is named. */
  readonly projectFolder: string;
  /** Default: by the host's own name. */
  readonly routeOf?: (host: string) => Route;
}

/** Checks one host of a stage, and gives one verdict. What cannot be asked is told, and is no pass. */
export async function verifyStage(
  world: RolloutWorld,
  request: VerifyRequest,
  { environment, projectFolder, routeOf = publicRoute }: VerifyPorts,
): Promise<CommandOutcome> {
  const { stage, now, say } = world;
  const config = world.stackFile.readConfig();
  const host = request.host === "candidate" ? config.hosts.candidateApi : config.hosts.api;
  if (request.load === true) {
    refuseLoad({ stage, config, host, meansProduction: request.meansProduction === true });
  }
  const from = now().toISOString();
  const { outputs, record, finding } = await lastUpdate(world, request.host);
  const asker = openAsker(host, routeOf(host));
  try {
    const subject = subjectOf({ stage, config, asker, environment });
    const sections: VerifySection[] = [
      { title: "Release", findings: [finding] },
      ...(await runChecks(
        subject,
        furtherThemes({ subject, world, outputs, record, projectFolder, routeOf, request }),
        (title) => say(`Checking: ${title}`),
      )),
    ];
    const kept = await recordVerdict({ world, host: request.host, outputs, record, at: from, sections });
    if (kept !== undefined) sections.push({ title: "Record of the verdict", findings: [kept] });
    const report: VerifyReport = {
      stage,
      host: request.host,
      url: baseUrl(asker),
      from,
      until: now().toISOString(),
      release: releaseOn(request.host, record),
      verdict: verdictOf(sections),
      sections,
    };
    await writeReports(report, request, say);
    return {
      exitCode: report.verdict === "pass" ? 0 : report.verdict === "fail" ? 1 : 3,
      text: verifyText(report),
      json: report,
    };
  } finally {
    asker.close();
  }
}

/** A verdict and the release that it is about. */
interface VerdictToRecord extends Pick<FurtherSources, "world" | "outputs" | "record"> {
  readonly host: CheckedHost;
  /** ISO 8601 instant. */
  readonly at: string;
  readonly sections: readonly VerifySection[];
}

/**
 * Leaves the verdict in AWS, where every preview and update reads it before the first step of public traffic.
 *
 * @returns what came of it; undefined where no single release answers on the host
 */
async function recordVerdict({
  world,
  host,
  outputs,
  record,
  at,
  sections,
}: VerdictToRecord): Promise<VerifyFinding | undefined> {
  const on = releaseOn(host, record);
  if (on === null || outputs === undefined || record === undefined) return undefined;
  const { colour, image } = on;
  const release = releaseFingerprint(record, colour) ?? "";
  const findings = sections.flatMap((section) => section.findings);
  const objections = findings
    .filter(({ result }) => result === "fail" || result === "not checked")
    .map(({ what }) => what);
  const verdict = verdictOf(sections);
  const write = async () => {
    const aws = world.openAws(parseStageAddresses(world.stage, outputs));
    await aws.writeVerification(colour, { version: 1, release, image, host, verdict, at, objections });
    return pass(`${verdict}, for the release in ${colour}`);
  };
  return await check("verdict in AWS", "R4", write, "not checked");
}

async function lastUpdate(
  world: RolloutWorld,
  host: CheckedHost,
): Promise<Pick<FurtherSources, "outputs" | "record"> & { readonly finding: VerifyFinding }> {
  let outputs: RecordedOutputs | undefined;
  let record: RolloutRecord | undefined;
  const finding = await check(
    "release on the host",
    "R4",
    async () => {
      outputs = await world.pulumi.outputs();
      record = parseRecord(outputs.rollout) ?? undefined;
      if (record === undefined)
        return notChecked("no update of the stage has finished yet", "docs/runbook.md, First deployment of a stage.");
      const release = releaseOn(host, record);
      const candidate = otherColour(record.liveColour);
      if (release !== null) return pass(`${release.colour}, ${release.image}`);
      if (host === "candidate") {
        return notChecked(
          `${candidate} has no image, so nothing answers there`,
          `Stage a release first: npm run rollout -- set --stage ${world.stage} images.${candidate} sha256:<digest>, then npx pulumi up --stack ${world.stage}.`,
        );
      }
      return notChecked(
        `${candidate} has ${record.weightPercent} % of the public traffic, so two releases answer there`,
        "Check the candidate on its own host: --host candidate.",
      );
    },
    "not checked",
  );
  return { outputs, record, finding };
}

async function writeReports(report: VerifyReport, request: VerifyRequest, say: (line: string) => void): Promise<void> {
  const { markdownFile, htmlFile } = request;
  if (markdownFile !== undefined) await write("markdown", markdownFile, `${verifyMarkdown(report)}\n`, say);
  if (htmlFile === undefined) return;
  const { verifyPage } = await import("../reports/verify-report/verify-page.ts");
  await write("html", htmlFile, verifyPage(report), say);
}

async function write(flag: string, file: string, text: string, say: (line: string) => void): Promise<void> {
  try {
    await writeFile(resolve(file), text);
    say(`The report is in ${file}.`);
  } catch (error) {
    throw new WrongUseError(`The report could not be written: ${messageOf(error)}. Name another file by --${flag}.`, {
      cause: error,
    });
  }
}
