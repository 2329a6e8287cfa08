import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { beforeAll, expect, it } from "vitest";
import { type VerifyReport, type VerifyRequest, verifyStage } from "../../../cli/verify/verify-stage.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { sampleVerify } from "../../../rehearsal/local/sample-api/portal.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { accountInEnvironment, type ServedPortal, servePortal } from "./portal-server.ts";

describeWithMoto("verify", () => {
  const started = startStage("staging");

  beforeAll(() => {
    started.current.editStackFile((text) => `${text}  ${projectName}:verify: ${JSON.stringify(sampleVerify)}\n`);
  });

  /** On the machine's clock, by which moto made the first snapshot, with connections that CloudWatch has counted. */
  async function serveDatabase() {
    const stage = started.current;
    stage.now = new Date();
    const { databaseInstanceIdentifier } = await stage.pulumi.outputs();
    const DBInstanceIdentifier = String(databaseInstanceIdentifier);
    const database = { DBInstanceClass: "db.t4g.micro", Engine: "postgres", AllocatedStorage: 20 };
    await new RDSClient(clientSettings(stage.moto)).send(
      new CreateDBInstanceCommand({ DBInstanceIdentifier, ...database, BackupRetentionPeriod: 3 }),
    );
    await stage.pulumi.account().clients.watching.send(
      new PutMetricDataCommand({
        Namespace: "AWS/RDS",
        MetricData: [
          {
            MetricName: "DatabaseConnections",
            Dimensions: [{ Name: "DBInstanceIdentifier", Value: DBInstanceIdentifier }],
            Timestamp: new Date(stage.now.getTime() - 300_000),
            Value: 12,
          },
        ],
      }),
    );
  }

  async function verify(request: Partial<VerifyRequest> = {}, served: ServedPortal = {}) {
    const host = `api${request.host === "candidate" ? "-v2" : ""}.staging.celebrant-portal.com`;
    const route = await servePortal(served, host);
    const outcome = await verifyStage(
      started.current.world(),
      { host: "public", ...request },
      {
        environment: accountInEnvironment,
        projectFolder: temporaryFolder(),
        routeOf: (asked) => ({ ...route, ...(asked === host ? {} : { httpsPort: 1 }) }),
      },
    );
    return { ...outcome, report: outcome.json as VerifyReport };
  }

  it("passes a healthy release on the public host, and names it", async () => {
    await serveDatabase();
    const { exitCode, report, text } = await verify();
    expect(report.sections.flatMap(({ findings }) => findings).filter(({ result }) => result !== "pass")).toEqual([
      expect.objectContaining({ what: "suites", found: "config has no verify.suites" }),
      expect.objectContaining({ what: "response times of the last day", result: "not applicable" }),
      expect.objectContaining({ what: "errors of the last day", result: "not applicable" }),
    ]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ verdict: "pass", release: { colour: "blue", image: sampleImageDigest("1.0.0") } });
    expect(text).toContain(`✓ pass            release on the host: blue, ${sampleImageDigest("1.0.0")}`);
    expect(text.split("\n").slice(-2)).toEqual([
      "25 pass, 0 fail, 0 not checked, 3 not applicable.",
      expect.stringMatching(/^The public host of staging \(https:\/\/127\.0\.0\.1:\d+\) passes: no check failed/),
    ]);
  });

  it("fails a broken one on the candidate's host, with the fix, and writes the same as Markdown and as a page", async () => {
    const folder = temporaryFolder();
    const [markdownFile, htmlFile] = [join(folder, "verify.md"), join(folder, "verify.html")];
    const { exitCode, report, text } = await verify(
      { host: "candidate", markdownFile, htmlFile },
      { faults: ["loses changes"] },
    );
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ verdict: "fail", release: { colour: "green", image: sampleImageDigest("1.1.0") } });
    expect(text).toMatch(
      /✗ fail {12}couple: GET .* after the change: venue is "Botanic Gardens", and "State Library" was sent\n +Fix: /,
    );
    const told = "The candidate host of staging";
    for (const file of [markdownFile, htmlFile]) expect(readFileSync(file, "utf8")).toContain(told);
    expect(readFileSync(markdownFile, "utf8")).toMatch(/^\| couple \| T5, R4 \| fail \| GET /m);
    expect(readFileSync(htmlFile, "utf8")).toContain('<span class="bad">fail</span>');
  });

  it("says that a report could not be written, and where to", async () => {
    const markdownFile = join(temporaryFolder(), "missing", "verify.md");
    await expect(verify({ markdownFile })).rejects.toThrow(
      /could not be written: .* Name another file by --markdown\.$/,
    );
  });

  it("is incomplete where two releases answer on the host", async () => {
    const stage = started.current;
    const standing = await stage.remember();
    await stage.advanceTo(5);
    stage.now = new Date();
    const { exitCode, report } = await verify();
    expect(exitCode).toBe(3);
    expect(report).toMatchObject({ verdict: "incomplete", release: null });
    expect(report.sections[0]?.findings).toEqual([
      expect.objectContaining({
        result: "not checked",
        found: "green has 5 % of the public traffic, so two releases answer there",
      }),
    ]);
    await stage.returnTo(standing);
  });
});
