import type { OutgoingMail } from "../../infra/aws/mail.ts";
import { connectionsInForce } from "../../infra/database-in-force.ts";
import { parseStageAddresses, type RecordedOutputs } from "../../infra/stack-outputs.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { RolloutWorld } from "../world.ts";
import type { Route } from "./ask.ts";
import { type CheckedHost, releaseOn } from "./checked-host.ts";
import { checkAcceptance } from "./checks/acceptance.ts";
import { checkDatabase, type DatabaseSource } from "./checks/database.ts";
import { checkPage } from "./checks/page.ts";
import { checkPerformance } from "./checks/performance.ts";
import { checkProviders } from "./checks/providers.ts";
import { checkSuites } from "./checks/suites.ts";
import { check, notApplicable } from "./finding.ts";
import { checkLoad, type LoadSource } from "./load/check-load.ts";
import type { Theme } from "./run-checks.ts";
import type { Subject } from "./subject.ts";

/** What else than the host is asked, and by what. */
export interface FurtherSources {
  readonly subject: Subject;
  readonly world: RolloutWorld;
  /** Of the last update; undefined where they could not be read. */
  readonly outputs: RecordedOutputs | undefined;
  readonly record: RolloutRecord | undefined;
  readonly projectFolder: string;
  readonly routeOf: (host: string) => Route;
  readonly request: {
    readonly host: CheckedHost;
    readonly load?: boolean | undefined;
    readonly acceptance?: boolean | undefined;
  };
}

/** What is checked of a deployed stage besides what its host answers. */
export function furtherThemes({
  subject,
  world,
  outputs,
  record,
  projectFolder,
  routeOf,
  request,
}: FurtherSources): readonly Theme[] {
  const { config } = subject;
  const openStage = () => world.openAws(parseStageAddresses(world.stage, outputs ?? {}));
  const source = awsSource({ world, outputs, record, host: request.host, config });
  return [
    { title: "The service's own suites", check: () => checkSuites(subject, projectFolder) },
    {
      title: "Database and backups",
      async check() {
        return await checkDatabase(source, world.now());
      },
    },
    {
      title: "Mail and payments without the API",
      async check() {
        const sendMail = async (mail: OutgoingMail) => await openStage().sendMail(mail);
        return await checkProviders(subject, { sendMail, routeOf });
      },
    },
    { title: "Frontend", check: async () => [await checkPage(subject, request.host)] },
    {
      title: "Load",
      check: async () =>
        request.load === true
          ? await checkLoad(subject, source, world.say)
          : [await check("load", "T2", () => notApplicable("it was not asked for: --load"))],
    },
    {
      title: "Acceptance",
      async check() {
        if (request.acceptance !== true) return [];
        return await checkAcceptance(world.projectFolder, releaseOn(request.host, record)?.image, config.acceptance);
      },
    },
    {
      title: "What users met",
      async check() {
        if (record === undefined || outputs === undefined) return [];
        return await checkPerformance(openStage(), config, record.liveColour, world.now());
      },
    },
  ];
}

/** What AWS is asked about database and tasks. Its SDK loads when it is first asked. */
function awsSource({
  world,
  outputs,
  record,
  host,
  config,
}: Pick<FurtherSources, "world" | "outputs" | "record"> & {
  readonly host: CheckedHost;
  readonly config: Subject["config"];
}): DatabaseSource & LoadSource {
  const { region } = config.aws;
  const health = () => import("../../infra/aws/database-health.ts");
  const needed = () => {
    const identifier = outputs?.databaseInstanceIdentifier;
    if (typeof identifier === "string") return identifier;
    throw new Error("the outputs of the last update name no database");
  };
  return {
    connectionLimit: connectionsInForce(outputs, config),
    readBackups: async () => (await health()).readBackups(region, needed()),
    readLoad: async (window) => (await health()).readDatabaseLoad(region, needed(), window),
    async readTaskMemory(window) {
      const colour = releaseOn(host, record)?.colour;
      const { clusterArn, serviceNames } = parseStageAddresses(world.stage, outputs ?? {});
      const serviceName = colour === undefined ? null : serviceNames[colour];
      if (serviceName === null) throw new Error("the record names no single release on this host");
      return (await health()).readTaskMemory(region, { clusterArn, serviceName }, window);
    },
    awaitFigures: () => world.sleep(figuresAfterSeconds * 1000),
  };
}

/** Seconds until CloudWatch has the figures of a minute: a minute for its end, and another to arrive. */
const figuresAfterSeconds = 120;
