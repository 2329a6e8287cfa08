import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkProviders, type ProviderSource } from "../../../cli/verify/checks/providers.ts";
import { sendMail } from "../../../infra/aws/mail.ts";
import { startMoto } from "../../../rehearsal/moto/moto.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";

/** Texts in the form of Stripe's keys. They are nobody's. */
const secretPart = "a1".repeat(12);
const [testKey, liveKey] = [`sk_test_${secretPart}`, `sk_live_${secretPart}`];

interface Seen {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** Answers every request with one answer. @returns its port, and what it was asked */
async function serve(status: number, body: object) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString("utf8");
    const { url, headers } = request;
    seen.push({ url, authorization: headers.authorization, form: Object.fromEntries(new URLSearchParams(text)) });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, seen };
}

const noMail = () => Promise.reject(new Error("nobody asked for a mail"));

/** What both checks find, by their order: the mail, the payment. */
async function findings(
  providers: object,
  { key, port = 1, sendMail = noMail }: { key?: string; port?: number; sendMail?: ProviderSource["sendMail"] } = {},
) {
  const asked: string[] = [];
  const found = await checkProviders(
    {
      stage: "staging",
      config: readConfig("staging", { verify: { providers } }),
      environment: key === undefined ? {} : { VERIFY_PAYMENT_KEY: key },
      unique: "verify-1",
    },
    {
      sendMail,
      routeOf(host) {
        asked.push(host);
        return { address: "127.0.0.1", httpPort: port, httpsPort: null };
      },
    },
  );
  return { mail: found[0], payment: found[1], asked };
}

const payment = { currency: "aud", amount: 100 };
/** The fields of a PaymentIntent that the check reads, as the API reference shows them. */
const taken = { id: "pi_3MtwBwLkdIwHu7ix28a3tqPa", object: "payment_intent", livemode: false, status: "succeeded" };

describe("a payment by Stripe itself", () => {
  it("is created and confirmed by one request with the test card, and passes where it succeeds", async () => {
    const { port, seen } = await serve(200, taken);
    const { payment: found, asked } = await findings({ payment }, { key: testKey, port });
    expect(found).toMatchObject({
      guide: ["T4"],
      result: "pass",
      found: "Stripe took a test payment of 100 aud: pi_3MtwBwLkdIwHu7ix28a3tqPa",
    });
    expect(asked).toEqual(["api.stripe.com"]);
    expect(seen).toEqual([
      {
        url: "/v1/payment_intents",
        authorization: `Bearer ${testKey}`,
        form: {
          amount: "100",
          currency: "aud",
          confirm: "true",
          payment_method: "pm_card_visa",
          "automatic_payment_methods[enabled]": "true",
          "automatic_payment_methods[allow_redirects]": "never",
          description: "verify-1",
        },
      },
    ]);
  });

  it.each([
    ["a live key", liveKey],
    ["a restricted live key", `rk_live_${secretPart}`],
    ["a publishable key", `pk_test_${secretPart}`],
    ["two keys", `${testKey}\n${liveKey}`],
  ])("is not asked for with %s, which is not shown", async (_what, key) => {
    const { port, seen } = await serve(200, taken);
    const { payment: found, asked } = await findings({ payment }, { key, port });
    expect(found).toMatchObject({
      result: "fail",
      found: "VERIFY_PAYMENT_KEY is no test key of Stripe, so nothing was sent",
    });
    expect([asked, seen]).toEqual([[], []]);
    expect(JSON.stringify(found)).not.toContain(secretPart);
  });

  it.each([
    [
      402,
      { error: { type: "card_error", code: "card_declined" } },
      "Stripe answers 402 card_error, card_declined for 100 aud",
    ],
    [
      401,
      { error: { type: "invalid_request_error", message: `Invalid API Key: ${testKey}` } },
      "Stripe answers 401 invalid_request_error for 100 aud",
    ],
    [503, {}, "Stripe answers 503 for 100 aud"],
    [200, { ...taken, status: "requires_action" }, "Stripe answers 200, and the payment of 100 aud is requires_action"],
    [200, { ...taken, livemode: true }, "Stripe does not say that the payment of 100 aud is a test"],
    [200, {}, "Stripe does not say that the payment of 100 aud is a test"],
  ])("fails where Stripe answers %i, case %#", async (status, body, told) => {
    const { port } = await serve(status, body);
    const { payment: found } = await findings({ payment }, { key: testKey, port });
    expect(found).toMatchObject({ result: "fail", found: told, fix: expect.stringMatching(/\.$/) });
    expect(JSON.stringify(found)).not.toContain(testKey);
  });

  it("is not checked without a key, or where nobody answers: no pass", async () => {
    expect((await findings({ payment })).payment).toMatchObject({
      result: "not checked",
      found: "VERIFY_PAYMENT_KEY is not set",
    });
    expect((await findings({ payment }, { key: testKey })).payment).toMatchObject({
      result: "not checked",
      found: expect.stringMatching(/^POST \/v1\/payment_intents on api\.stripe\.com: .*ECONNREFUSED/),
    });
  });
});

it("asks nobody where config names nobody", async () => {
  const { mail, payment: paid, asked } = await findings({}, { key: testKey });
  expect([mail, paid]).toMatchObject([
    { result: "not applicable", found: "config has no verify.providers.mail" },
    { result: "not applicable", found: "config has no verify.providers.payment" },
  ]);
  expect(asked).toEqual([]);
});

describeWithMoto("a mail by SES itself", () => {
  it("goes from the stage's domain to the simulator, and fails until SES knows the domain", async () => {
    const moto = await startMoto();
    onTestFinished(() => moto.stop());
    const client = new SESv2Client(clientSettings(moto));
    const ask = () => findings({ mail: true }, { sendMail: (mail) => sendMail(client, mail) });
    expect((await ask()).mail).toMatchObject({
      guide: ["T4"],
      result: "fail",
      found: expect.stringMatching(/^AWS: the mail to success@simulator\.amazonses\.com could not .*MessageRejected/),
    });
    const { domain } = readConfig("staging").mail;
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: domain }));
    const { mail } = await ask();
    expect(mail).toMatchObject({ result: "pass" });
    expect(mail?.found).toMatch(
      new RegExp(`^SES accepted a mail of verify@${domain.replaceAll(".", "\\.")} to its simulator: [\\w-]{20,}$`),
    );
  });

  it("is not checked where whoever asks may not send", async () => {
    const { port } = await serve(403, { __type: "AccessDeniedException", message: "not authorized" });
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const client = new SESv2Client({ region: "ap-southeast-2", endpoint: `http://127.0.0.1:${port}`, credentials });
    const { mail } = await findings({ mail: true }, { sendMail: (one) => sendMail(client, one) });
    expect(mail).toMatchObject({ result: "not checked", fix: expect.stringContaining("ses:SendEmail") });
  });
});
