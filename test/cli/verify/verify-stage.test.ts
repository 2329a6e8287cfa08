import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { projectName } from "../../../infra/config/config-keys.ts";
import { sampleVerify } from "../../../rehearsal/local/sample-api/portal.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { serveDatabase, verifyHere } from "./verified-stage.ts";

type DropFirst<Words extends readonly unknown[]> = Words extends readonly [unknown, ...infer Rest] ? Rest : never;

describeWithMoto("verify", () => {
  const started = startStage("staging");

  beforeAll(async () => {
    await serveDatabase(started.current);
    started.current.editStackFile((text) => `${text}  ${projectName}:verify: ${JSON.stringify(sampleVerify)}\n`);
  });

  const verify = (...given: DropFirst<Parameters<typeof verifyHere>>) => verifyHere(started.current, ...given);

  it("passes a healthy release on the public host, and names it", async () => {
    const { exitCode, report, text } = await verify();
    expect(report.sections.flatMap(({ findings }) => findings).filter(({ result }) => result !== "pass")).toEqual([
      expect.objectContaining({ what: "suites", found: "config has no verify.suites" }),
      expect.objectContaining({ what: "a mail by SES itself", found: "config has no verify.providers.mail" }),
      expect.objectContaining({ what: "a payment by Stripe itself", found: "config has no verify.providers.payment" }),
      expect.objectContaining({ what: "the frontend's page", found: "config has no verify.page" }),
      expect.objectContaining({ what: "load", found: "it was not asked for: --load" }),
      expect.objectContaining({ what: "response times of the last day", result: "not applicable" }),
      expect.objectContaining({ what: "errors of the last day", result: "not applicable" }),
    ]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ verdict: "pass", release: { colour: "blue", image: sampleImageDigest("1.0.0") } });
    expect(text).toContain(`✓ pass            release on the host: blue, ${sampleImageDigest("1.0.0")}`);
    expect(text.split("\n").slice(-2)).toEqual([
      "26 pass, 0 fail, 0 not checked, 7 not applicable.",
      expect.stringMatching(/^The public host of staging \(https:\/\/127\.0\.0\.1:\d+\) passes: no check failed/),
    ]);
  });

  it("has SES accept a mail by the stage's own account, where config says so", async () => {
    const stage = started.current;
    const standing = JSON.stringify(sampleVerify);
    const asking = JSON.stringify({ ...sampleVerify, providers: { mail: true } });
    const mails = new SESv2Client(clientSettings(stage.moto));
    const { mail } = stage.world().stackFile.readConfig();
    await mails.send(new CreateEmailIdentityCommand({ EmailIdentity: mail.domain })).catch(() => {});
    stage.editStackFile((text) => text.replace(standing, asking));
    onTestFinished(() => stage.editStackFile((text) => text.replace(asking, standing)));
    const { report } = await verify();
    expect(report.verdict).toBe("pass");
    expect(
      report.sections.find(({ title }) => title === "Mail and payments without the API")?.findings[0],
    ).toMatchObject({ result: "pass", found: expect.stringMatching(/^SES accepted a mail of verify@/) });
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

  it("holds the connections against what the database runs with, whatever the file asks for since", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("maxConnections: 80", "maxConnections: 60"));
    onTestFinished(() => stage.editStackFile((text) => text.replace("maxConnections: 60", "maxConnections: 80")));
    const { report } = await verify();
    const findings = report.sections.flatMap((section) => section.findings);
    expect(findings.find(({ what }) => what === "room for database connections")).toMatchObject({
      result: "pass",
      found: "at most 12 of 80 in use in the last 20 min",
    });
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
