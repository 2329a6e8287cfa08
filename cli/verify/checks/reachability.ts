import { connect } from "node:tls";
import { fail, pass } from "../../found.ts";
import { type Asker, isOk, shortAnswer } from "../ask.ts";
import { check, type Found, notApplicable, type VerifyFinding, withoutConfig } from "../finding.ts";
import type { Subject } from "../subject.ts";

const logs = "Look at the log group of the colour that this host reaches.";

/** Health, readiness, TLS, and the way from http to https (guide T4). */
export async function checkReachability(subject: Subject): Promise<readonly VerifyFinding[]> {
  return await Promise.all([
    check("health", "T4", () => health(subject)),
    check("readiness", "T4", () => readiness(subject)),
    check("certificate", "T3", () => certificate(subject)),
    check("old TLS is refused", "T3", () => oldTls(subject.asker)),
    check("http leads to https", "T3", () => redirect(subject)),
  ]);
}

async function health({ asker, config }: Subject): Promise<Found> {
  const answer = await asker.ask({ path: config.api.healthCheckPath });
  return answer.status === 200
    ? pass("200")
    : fail(`${config.api.healthCheckPath} answers ${shortAnswer(answer)}`, logs);
}

async function readiness({ asker, config }: Subject): Promise<Found> {
  const path = config.verify.readinessPath;
  if (path === undefined) return withoutConfig("readinessPath");
  const answer = await asker.ask({ path });
  return answer.status === 200
    ? pass("200, so the release reaches its database")
    : fail(`${path} answers ${shortAnswer(answer)}`, `${logs} docs/database.md says how the API connects.`);
}

/** Days before its end on which a certificate has to be renewed by itself: ACM begins 60 days before, and Cloudflare 30. */
const fewestDays = 14;

const withoutTls = notApplicable("this stage is on this machine and is reached without TLS");

async function certificate({ asker, config }: Subject): Promise<Found> {
  if (asker.route.httpsPort === null) return withoutTls;
  const answer = await asker.ask({ path: config.api.healthCheckPath });
  if (answer.certificate === undefined)
    return fail("the host showed none", "Look at the listener of the load balancer.");
  const { validUntil, issuer, protocol } = answer.certificate;
  const days = Math.floor((validUntil.getTime() - Date.now()) / 86_400_000);
  return days < fewestDays
    ? fail(
        `by ${issuer}, valid for ${days} days more`,
        "It should have been renewed by itself. Look at its validation record in DNS (ACM), or at SSL/TLS in Cloudflare.",
      )
    : pass(`by ${issuer}, valid for ${days} days more, ${protocol}`);
}

/** TLS 1.0 and 1.1 (RFC 8996 deprecates them). The client has to allow them itself, which OpenSSL does at level 0 only. */
async function oldTls({ host, route }: Asker): Promise<Found> {
  const { httpsPort } = route;
  if (httpsPort === null) return withoutTls;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({
    host: route.address,
    port: httpsPort,
    servername: host,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    ciphers: "DEFAULT:@SECLEVEL=0",
    rejectUnauthorized: false,
    timeout: 10_000,
  });
  socket.once("secureConnect", () => resolve(socket.getProtocol() ?? "an old version"));
  socket.once("error", () => resolve(undefined));
  socket.once("timeout", () => resolve(undefined));
  const spoken = await promise;
  socket.destroy();
  return spoken === undefined
    ? pass("TLS 1.0 and 1.1 get no connection")
    : fail(
        `the host speaks ${spoken}`,
        "Set the least version to TLS 1.2: the listener's policy, or SSL/TLS in Cloudflare.",
      );
}

const redirects = [301, 307, 308];

async function redirect({ asker, config }: Subject): Promise<Found> {
  if (asker.route.httpsPort === null) return withoutTls;
  const path = config.api.healthCheckPath;
  const answer = await asker.ask({ path, plain: true });
  const location = answer.headers.location ?? "";
  const target = URL.canParse(location) ? new URL(location) : undefined;
  if (redirects.includes(answer.status) && target?.protocol === "https:" && target.hostname === asker.host) {
    return pass(`${answer.status} to ${location}`);
  }
  return fail(
    isOk(answer)
      ? `http is answered with ${answer.status}`
      : `${shortAnswer(answer)}${location === "" ? "" : `, to ${location}`}`,
    "Look at the listener of port 80, or at Always Use HTTPS in Cloudflare.",
  );
}
