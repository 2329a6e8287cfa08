import type { OutgoingMail } from "../../../infra/aws/mail.ts";
import { memberOf, readJson } from "../../../rollout/json.ts";
import { plainLine } from "../../../rollout/plain-text.ts";
import { service } from "../../../service.ts";
import { fail, notChecked, pass } from "../../found.ts";
import { messageOf } from "../../outcome.ts";
import { type Answer, isOk, openAsker, type Route } from "../ask.ts";
import { check, type Found, type VerifyFinding, withoutConfig } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** By what the providers are reached. */
export interface ProviderSource {
  /** Sends a mail as the stage. @returns the id that SES gave it */
  readonly sendMail: (mail: OutgoingMail) => Promise<string>;
  readonly routeOf: (host: string) => Route;
}

/** SES and the payment provider, asked without the API: whether they work for the stage's account (guide T4). */
export async function checkProviders(
  subject: Pick<Subject, "stage" | "config" | "environment" | "unique">,
  source: ProviderSource,
): Promise<readonly VerifyFinding[]> {
  return await Promise.all([
    check("a mail by SES itself", "T4", () => mailItself(subject, source)),
    check("a payment by Stripe itself", "T4", () => paymentItself(subject, source)),
  ]);
}

/**
 * Takes every mail and delivers it to nobody. It works in SES's sandbox, and counts neither against the daily quota nor for
 * the reputation (Amazon SES Developer Guide, "Using the mailbox simulator").
 */
const simulator = "success@simulator.amazonses.com";

/** Errors of SendEmail that say that SES would refuse the portal's mail as well (SES API v2 Reference, SendEmail, Errors). */
const refusals: readonly string[] = [
  "AccountSuspendedException",
  "BadRequestException",
  "MailFromDomainNotVerifiedException",
  "MessageRejected",
  "NotFoundException",
  "SendingPausedException",
];

async function mailItself(
  { stage, config, unique }: Pick<Subject, "stage" | "config" | "unique">,
  { sendMail }: Pick<ProviderSource, "sendMail">,
): Promise<Found> {
  if (!config.verify.providers.mail) return withoutConfig("providers.mail");
  const from = `verify@${config.mail.domain}`;
  const text = `A check of ${service.project}, ${stage}: ${unique}`;
  try {
    const id = await sendMail({ from, to: simulator, subject: text, text, html: `<p>${text}</p>` });
    return pass(`SES accepted a mail of ${from} to its simulator: ${plainLine(id)}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isRefused = error.cause instanceof Error && refusals.includes(error.cause.name);
    return isRefused
      ? fail(
          error.message,
          `The domain needs its DNS records, and SES must not be paused: npm run rollout -- doctor --stage ${stage}`,
        )
      : notChecked(
          error.message,
          "Whoever runs verify needs ses:SendEmail on the identity of mail.domain and on its configuration set.",
        );
  }
}

const stripe = "api.stripe.com";

/** Secret and restricted keys of Stripe's test mode, whose payments move no money (Stripe, "API keys"). */
const testKey = /^(sk|rk)_test_[A-Za-z0-9]+$/;

const keyFix =
  "Set VERIFY_PAYMENT_KEY to a key that begins with rk_test_ or sk_test_ (Stripe, Developers, API keys), best one that may write payment intents and nothing else.";

async function paymentItself(
  { config, environment, unique }: Pick<Subject, "config" | "environment" | "unique">,
  { routeOf }: Pick<ProviderSource, "routeOf">,
): Promise<Found> {
  const { payment } = config.verify.providers;
  if (payment === undefined) return withoutConfig("providers.payment");
  const key = environment["VERIFY_PAYMENT_KEY"] ?? "";
  if (key === "") return notChecked("VERIFY_PAYMENT_KEY is not set", keyFix);
  // Before anything is sent: a live key would charge.
  if (!testKey.test(key)) return fail("VERIFY_PAYMENT_KEY is no test key of Stripe, so nothing was sent", keyFix);
  const asker = openAsker(stripe, routeOf(stripe));
  try {
    const answer = await asker.ask({
      method: "POST",
      path: "/v1/payment_intents",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/x-www-form-urlencoded" },
      body: paymentForm(payment, unique),
    });
    return judgePayment(answer, `${payment.amount} ${payment.currency}`);
  } catch (error) {
    return notChecked(
      messageOf(error),
      "Check whether this machine reaches Stripe, and status.stripe.com. Run verify again.",
    );
  } finally {
    asker.close();
  }
}

/** Created and confirmed in one call, with a card that is never asked for more (Stripe API, "Create a PaymentIntent"; "Test cards"). */
function paymentForm({ amount, currency }: { readonly amount: number; readonly currency: string }, unique: string) {
  return new URLSearchParams({
    amount: String(amount),
    currency,
    confirm: "true",
    payment_method: "pm_card_visa",
    "automatic_payment_methods[enabled]": "true",
    "automatic_payment_methods[allow_redirects]": "never",
    description: unique,
  }).toString();
}

/** A PaymentIntent, or an error, whose message may hold a part of the key: only its type and code are said (Stripe API, "Errors"). */
function judgePayment(answer: Answer, asked: string): Found {
  const told = readJson(answer.body.toString("utf8"));
  const word = (...path: readonly string[]) => plainLine(String(memberOf(told, ...path) ?? "")).slice(0, 60);
  if (!isOk(answer)) {
    const why = [word("error", "type"), word("error", "code")].filter((one) => one !== "").join(", ");
    const found = `Stripe answers ${answer.status}${why === "" ? "" : ` ${why}`} for ${asked}`;
    return fail(
      found,
      answer.status === 401 || answer.status === 403 ? keyFix : `${advice} Look at the log of Stripe's test mode.`,
    );
  }
  if (memberOf(told, "livemode") !== false)
    return fail(
      `Stripe does not say that the payment of ${asked} is a test`,
      `${advice} Look for it in Stripe, and refund it.`,
    );
  const status = word("status");
  return status === "succeeded"
    ? pass(`Stripe took a test payment of ${asked}: ${word("id")}`)
    : fail(
        `Stripe answers ${answer.status}, and the payment of ${asked} is ${status === "" ? "without a status" : status}`,
        `${advice} Look at the payment in Stripe's test mode.`,
      );
}

const advice = "verify.providers.payment says what is paid.";
