import { openAsker } from "../../cli/verify/ask.ts";
import { countResults, runChecks, type VerifySection, verdictOf } from "../../cli/verify/run-checks.ts";
import { subjectOf } from "../../cli/verify/subject.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import { formatVerification, releaseFingerprint } from "../../rollout/verification.ts";
import { sampleAccount, sampleVerify } from "../local/sample-api/portal.ts";
import type { Check } from "../report/report-schema.ts";
import { isRefusal } from "./illegal-moves.ts";
import type { Attempt } from "./rehearsed-program.ts";
import type { StageWorld } from "./stage-world.ts";

/**
 * `verify` of a rehearsed stage: what suits the sample API, and a verdict and checks of the data required in both stages. The stack file's own paths
 * are the portal's.
 */
export function rehearsedVerify(stage: Stage): Readonly<Record<string, unknown>> {
  const { payment, logIn, ...others } = sampleVerify;
  const { limitedAfterAttempts: _, ...harmless } = logIn;
  // A config with either is refused in production.
  const further = stage === "production" ? { logIn: harmless } : { logIn, payment };
  return { ...others, ...further, required: true, integrityRequired: true };
}

/** A release that was verified, and what the rehearsal holds it to. */
export interface VerifiedRelease {
  /** What `verify` leaves in AWS, by colour. */
  readonly verifications: Readonly<Partial<Record<Colour, string>>>;
  readonly check: Check;
}

/** Tries the first step of a release that nobody has verified: the program has to refuse it. */
export async function tryUnverified({ program }: Pick<StageWorld, "program">, step: Attempt): Promise<Check> {
  const refusal = await program.attempt(step);
  return {
    what: "the first step is refused before the release is verified",
    held: refusal !== undefined && isRefusal(refusal) && refusal.message.includes("Nobody has verified the release"),
    found: refusal?.message ?? "the program accepted it",
  };
}

/**
 * Verifies the candidate on its own host, through the local balancer, by the checks that `verify` makes of a deployed stage.
 *
 * What asks AWS or runs the portal's own suites is left out: nothing on this machine answers for it.
 */
export async function verifyCandidate({
  balancer,
  config,
  program,
}: Pick<StageWorld, "balancer" | "config" | "program">): Promise<VerifiedRelease> {
  const startedAt = performance.now();
  const asker = openAsker(config.hosts.candidateApi, {
    address: "127.0.0.1",
    httpPort: balancer.port,
    httpsPort: null,
  });
  const { stage } = program;
  const environment = { VERIFY_USER: sampleAccount.user, VERIFY_PASSWORD: sampleAccount.password };
  let sections: readonly VerifySection[];
  try {
    sections = await runChecks(subjectOf({ stage, config, asker, environment }));
  } finally {
    asker.close();
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { record } = program.plan;
  const candidate = otherColour(record.liveColour);
  const verdict = verdictOf(sections);
  const objections = sections
    .flatMap(({ findings }) => findings)
    .filter(({ result }) => result === "fail" || result === "not checked")
    .map(({ what, found }) => `${what}: ${found}`);
  const { pass, "not applicable": left } = countResults(sections);
  return {
    verifications: {
      [candidate]: formatVerification({
        version: 1,
        release: releaseFingerprint(record, candidate) ?? "",
        image: record.images[candidate] ?? "",
        host: "candidate",
        verdict,
        at: program.now.toISOString(),
        objections,
      }),
    },
    check: {
      what: "verify passes the candidate on its own host",
      held: verdict === "pass",
      found: objections.join("; ") || `${pass} checks passed in ${seconds} s, and ${left} were not applicable`,
    },
  };
}
