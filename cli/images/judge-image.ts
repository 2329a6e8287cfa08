import { taskPlatform } from "../../components/api/names.ts";
import type { ImageScan, Registry } from "../../infra/aws/registry.ts";
import { type AcceptedFinding, type JudgedFindings, judgeFindings } from "../../rollout/image-findings.ts";
import type { RolloutWorld } from "../world.ts";

/** What was found of an image in a registry, and what keeps it from being run. */
export interface JudgedImage {
  readonly digest: string;
  readonly platforms: readonly string[];
  readonly scan: Pick<ImageScan, "state" | "said"> & JudgedFindings;
  /** Why it must not run; empty where it may, or where only its scan has not ended. */
  readonly problems: readonly string[];
  /** Why nobody knows yet; absent where the scan has ended. */
  readonly pending?: string;
}

/** What an image is judged with. */
export interface ImageCheck {
  readonly world: Pick<RolloutWorld, "stage" | "now" | "sleep" | "say">;
  readonly registry: Registry;
  readonly accepted: readonly AcceptedFinding[];
}

/** Seconds that a scan is waited for: of the portal's image it takes a minute or two. */
const scanWithinSeconds = 600;
const askAgainSeconds = 5;

/** Judges an image in a registry: what it runs on, and what its scan found. It waits for the scan, and starts one where there is none. */
export async function judgeImage(check: ImageCheck, digest: string): Promise<JudgedImage> {
  const [platforms, scan] = await Promise.all([check.registry.readPlatforms(digest), awaitScan(check, digest)]);
  return judgedImage(check, digest, platforms, scan);
}

/** Judges an image by what its registry says now. It waits for nothing and starts nothing. */
export async function lookAtImage(check: ImageCheck, digest: string): Promise<JudgedImage> {
  const [platforms, scan] = await Promise.all([check.registry.readPlatforms(digest), check.registry.readScan(digest)]);
  return judgedImage(check, digest, platforms, scan);
}

async function awaitScan({ registry, world }: ImageCheck, digest: string): Promise<ImageScan> {
  const until = world.now().getTime() + scanWithinSeconds * 1000;
  let scan = await registry.readScan(digest);
  if (scan.state === "none") {
    await registry.startScan(digest);
    scan = await registry.readScan(digest);
  }
  if (scan.state === "running") world.say("Waiting for the scan of the image");
  while (scan.state === "running" && world.now().getTime() < until) {
    await world.sleep(askAgainSeconds * 1000);
    scan = await registry.readScan(digest);
  }
  return scan;
}

function judgedImage(
  { world, accepted }: ImageCheck,
  digest: string,
  platforms: readonly string[],
  { state, said, findings }: ImageScan,
): JudgedImage {
  const judged = judgeFindings(findings, accepted, world.now());
  const again = `npm run rollout -- image check --stage ${world.stage} --digest ${digest}`;
  const isOver = state === "done" || state === "failed";
  return {
    digest,
    platforms,
    scan: { state, said, ...judged },
    problems: [
      ...(platforms.includes(taskPlatform.image) ? [] : [platformProblem(platforms.join(" and "))]),
      ...(state === "failed"
        ? [
            `The registry does not scan it (${said}). Build it on a distribution that Amazon ECR scans, as one image and not as an index of several, and push it under another tag.`,
          ]
        : []),
      ...(state === "done"
        ? judged.open.map((one, index) => openFinding(one, accepted.length + index, world.stage))
        : []),
    ],
    ...(isOver ? {} : { pending: `Its scan has not ended (${said}). Ask again in a few minutes: ${again}.` }),
  };
}

/** What is wrong with an image that is built for another platform than the tasks run on. */
export function platformProblem(platform: string): string {
  return `It is built for ${platform || "no platform"}, and the tasks run on ${taskPlatform.image}. Build it with --platform ${taskPlatform.image}.`;
}

function openFinding(
  { name, package: of, acceptedUntil }: JudgedFindings["open"][number],
  index: number,
  stage: string,
): string {
  const where = of === undefined ? "" : `, in ${of}`;
  const over = acceptedUntil === undefined ? "" : ` It was accepted until ${acceptedUntil}, which is over.`;
  return [
    `The scan found ${name} (CRITICAL${where}), and the stack file does not accept it.${over}`,
    "Build the image with a version that has the fix, and push it under another tag.",
    `Where it can do no harm, write why, and until when: npm run rollout -- set --stage ${stage} "acceptedFindings[${index}]" '{ finding: ${name}, reason: "<why>", until: "<time>" }'.`,
  ].join(" ");
}

/** What was found of an image, in lines for a person. */
export function describeImage({ platforms, scan }: JudgedImage): readonly string[] {
  const counts = Object.entries(scan.counts).map(([severity, count]) => `${count} ${severity.toLowerCase()}`);
  return [
    `Platform: ${platforms.join(", ")}`,
    `Scan: ${scan.said}${scan.state === "done" ? `; found: ${counts.join(", ") || "nothing"}` : ""}`,
    ...scan.accepted.map(({ name, reason, until }) => `Accepted until ${until}: ${name}. ${reason}`),
  ];
}
