import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { beforeEach, expect, it } from "vitest";
import type { OutgoingMail } from "../../../infra/aws/mail.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { wrapWorld } from "../../support/cli/wrap-world.ts";

describeWithMoto("the daily report as a mail", () => {
  const started = startStage("production");
  beforeEach(async () => {
    await started.current.standAt5(30);
    const mails = new SESv2Client(clientSettings(started.current.moto));
    await mails.send(new CreateEmailIdentityCommand({ EmailIdentity: "celebrant-portal.com" })).catch(() => {});
  });

  function nameRecipients(): void {
    const reportsTo = "    reportsTo: [owner@example.com, product@example.com]";
    started.current.editStackFile((text) => text.replace(/^( {2}\S*:mail:)$/m, `$1\n${reportsTo}`));
  }

  it("goes to each address by itself, as text and as a page that loads nothing", async () => {
    nameRecipients();
    const mails: OutgoingMail[] = [];
    const stage = started.current;
    const world = stage.world();
    const opened: typeof world = {
      ...world,
      openAws(addresses) {
        const aws = world.openAws(addresses);
        return {
          ...aws,
          async sendMail(mail) {
            mails.push(mail);
            return await aws.sendMail(mail);
          },
        };
      },
    };
    const { exitCode, stderr, stdout } = await stage.runIn(opened, "report", "--daily", "--mail");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^## production, \d{4}-/);
    expect(mails.map(({ to }) => to)).toEqual(["owner@example.com", "product@example.com"]);
    const [mail] = mails;
    expect(mail?.from).toBe("rollout@celebrant-portal.com");
    expect(mail?.subject).toMatch(/^Rollout of production, \d{4}-\d\d-\d\d$/);
    expect(mail?.text).toContain("\n- Traffic: blue 95 %, green 5 %\n");
    expect(mail?.text).toMatch(/\nSince yesterday\n(- .*\n)*- .*advanced to 5 %/);
    expect(mail?.text).toMatch(/\nWhat stands open\n- /);
    expect(mail?.text).not.toContain("[ ]");
    expect(mail?.html).toContain("<li>Traffic: blue 95 %, green 5 %</li>");
    expect(mail?.html).not.toMatch(/<script|src=|href=|url\(/);
    for (const other of mails) expect(`${other.text}${other.html}`).not.toContain("@example.com");
  });

  it("names the mails that were not sent, and still sends the others", async () => {
    nameRecipients();
    let sent = 0;
    const world = wrapWorld(started.current.world(), async (name, call) => {
      if (name !== "aws.sendMail") return await call();
      sent += 1;
      if (sent === 1) throw new Error("AWS: the mail to owner@example.com could not be sent: not verified.");
      return await call();
    });
    const { exitCode, stderr } = await started.current.runIn(world, "report", "--daily", "--mail");
    expect(stderr).toBe(
      "AWS: the mail to owner@example.com could not be sent: not verified.\nMails that were sent: 1.",
    );
    expect([exitCode, sent]).toEqual([1, 2]);
  });

  it("is refused where the config names nobody before anybody is asked, with the line to set it, and goes with --daily alone", async () => {
    const called: string[] = [];
    const world = wrapWorld(started.current.world(), async (name, call) => {
      called.push(name);
      return await call();
    });
    const { exitCode, stderr } = await started.current.runIn(world, "report", "--daily", "--mail");
    expect(called.filter((name) => /^(aws|pulumi)\./.test(name))).toEqual([]);
    expect(stderr).toContain('npm run rollout -- set --stage production "mail.reportsTo[0]" <address>');
    expect(exitCode).toBe(1);
    expect((await started.current.run("report", "--mail")).exitCode).toBe(2);
  });
});
