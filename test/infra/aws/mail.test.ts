import { SESv2Client } from "@aws-sdk/client-sesv2";
import { expect, it } from "vitest";
import { sendMail } from "../../../infra/aws/mail.ts";
import { startMoto } from "../../../rehearsal/moto/moto.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";

const mail = {
  from: "rollout@example.com",
  to: "owner@example.com",
  subject: "Rollout of\nproduction",
  text: "a\nb",
  html: "<p>a</p>",
};

describeWithMoto("sendMail", () => {
  it("sends text and HTML to one address, with a subject of one line", async () => {
    const client = new SESv2Client({ region: "ap-southeast-2" });
    const inputs = answerCalls(client, { MessageId: "0108-a" });
    expect(await sendMail(client, mail)).toBe("0108-a");
    const content = (Data: string) => ({ Data, Charset: "UTF-8" });
    expect(inputs).toEqual([
      {
        FromEmailAddress: "rollout@example.com",
        Destination: { ToAddresses: ["owner@example.com"] },
        Content: {
          Simple: {
            Subject: content("Rollout of production"),
            Body: { Text: content("a\nb"), Html: content("<p>a</p>") },
          },
        },
      },
    ]);
  });

  it("is no mail that was accepted where SES gives it no id", async () => {
    const client = new SESv2Client({ region: "ap-southeast-2" });
    answerCalls(client, {});
    await expect(sendMail(client, mail)).rejects.toThrow(/could not be sent: SES gave it no id\./);
  });

  it("says to whom it could not, where SES does not know the sender", async () => {
    const moto = await startMoto();
    try {
      await expect(sendMail(new SESv2Client(clientSettings(moto)), mail)).rejects.toThrow(
        /^AWS: the mail to owner@example\.com could not be sent: .*MessageRejected/,
      );
    } finally {
      await moto.stop();
    }
  });
});
