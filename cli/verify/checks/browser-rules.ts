import { fail, pass } from "../../found.ts";
import { isOk, shortAnswer } from "../ask.ts";
import { check, type Found, notApplicable, type VerifyFinding } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** What a browser is told: which origins may call the API, and the headers that protect its users (guide T3). */
export async function checkBrowserRules(subject: Subject): Promise<readonly VerifyFinding[]> {
  return await Promise.all([
    check("allowed origins", "T3", () => allowedOrigins(subject)),
    check("other origins are refused", "T3", () => otherOrigin(subject)),
    check("security headers", "T3", () => securityHeaders(subject)),
  ]);
}

/** What a browser asks before it sends a request with JSON or a token (Fetch Standard, "CORS-preflight fetch"). */
async function preflight({ asker, config }: Subject, origin: string) {
  const path = config.verify.protectedPaths[0] ?? config.api.healthCheckPath;
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  };
  const answer = await asker.ask({ method: "OPTIONS", path, headers });
  return { answer, allowed: answer.headers["access-control-allow-origin"], path };
}

async function allowedOrigins(subject: Subject): Promise<Found> {
  const origins = subject.config.api.allowedOrigins.filter((origin) => origin !== "*");
  if (origins.length === 0) return notApplicable("api.allowedOrigins allows every origin");
  const refused: string[] = [];
  for (const origin of origins) {
    const { answer, allowed, path } = await preflight(subject, origin);
    if (!isOk(answer) || (allowed !== origin && allowed !== "*")) {
      refused.push(`${origin}: OPTIONS ${path} answers ${shortAnswer(answer)} and allows ${allowed ?? "no origin"}`);
    }
  }
  return refused.length === 0
    ? pass(origins.join(", "))
    : fail(refused.join("; "), "The API reads ALLOWED_ORIGINS, a list in JSON (docs/api-container.md).");
}

const stranger = "https://not-allowed.example";

async function otherOrigin(subject: Subject): Promise<Found> {
  if (subject.config.api.allowedOrigins.includes("*")) return notApplicable("api.allowedOrigins allows every origin");
  const { allowed } = await preflight(subject, stranger);
  const plain = await subject.asker.ask({
    path: subject.config.api.healthCheckPath,
    headers: { origin: stranger },
  });
  const told = [allowed, plain.headers["access-control-allow-origin"]].find((one) => one === stranger || one === "*");
  return told === undefined
    ? pass(`${stranger} is not allowed`)
    : fail(
        `${stranger} may call the API: it answers ${told}`,
        "Let the API allow the origins of ALLOWED_ORIGINS and no other.",
      );
}

async function securityHeaders({ asker, config }: Subject): Promise<Found> {
  const wanted = Object.entries(config.verify.securityHeaders);
  if (wanted.length === 0) return notApplicable("verify.securityHeaders is empty");
  const { headers } = await asker.ask({ path: config.api.healthCheckPath });
  const missing = wanted.flatMap(([name, part]) => {
    const value = [headers[name] ?? []].flat().join(", ");
    if (value.toLowerCase().includes(part.toLowerCase())) return [];
    return [value === "" ? `${name} is missing` : `${name} is "${value}", without "${part}"`];
  });
  return missing.length === 0
    ? pass(wanted.map(([name]) => name).join(", "))
    : fail(missing.join("; "), "The load balancer adds the two default ones. Let the API send any other.");
}
