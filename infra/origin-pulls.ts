import * as pulumi from "@pulumi/pulumi";
import { otherColour } from "../rollout/colour.ts";
import { type Move, moveKind, type Refusal } from "../rollout/move.ts";
import { percentOf } from "../rollout/split.ts";
import { andList } from "./config/schema/primitives.ts";
import type { StageConfig } from "./config/schema/stage-config.ts";
import type { Delivery } from "./stack/delivery.ts";
import {
  type OriginPullsInForce,
  type RecordedOutputs,
  stackOutputsSchema,
  type WrittenOutputs,
} from "./stack-outputs.ts";

const inForceSchema = stackOutputsSchema.shape.originPulls.unwrap();

/** What is asked for; undefined where the config has no `dns.originPulls`. */
type Asked = StageConfig["dns"]["originPulls"];

/** An update, and what the last one left. */
export interface OriginPullsChange {
  readonly asked: Asked;
  readonly outputs: RecordedOutputs;
  readonly move: Pick<Move, "previous" | "wanted" | "realWeights">;
}

const off: OriginPullsInForce = { mode: "off", authorities: [], presented: 0 };

/**
 * Refuses a change of `dns.originPulls` that can take the site down, one message for each rule that it breaks. It depends on
 * what the last update left, so no config alone can tell.
 *
 * Cloudflare and the load balancer change one after the other, and each needs minutes to have a change everywhere. So whatever
 * the load balancer is to demand must have been presented since an earlier update, and whatever Cloudflare begins to present
 * must have been trusted since an earlier one.
 */
export function originPullsRefusals({ asked, outputs, move }: OriginPullsChange): readonly Refusal[] {
  const from = inForceSchema.safeParse(outputs.originPulls).data ?? off;
  if (asked === undefined) return from.mode === "off" ? [] : [refused(removedKey(from))];
  if (from.mode === asked.mode && (asked.mode === "off" || areSameCertificates(from, asked))) return [];
  const messages = [
    underTraffic(from, asked, move),
    verifyBeforePresented(from, asked),
    ...(from.mode === "off" || asked.mode === "off"
      ? []
      : [presentedBeforeTrusted(from, asked), untrustedTooEarly(from, asked)]),
  ];
  return messages.filter((message) => message !== undefined).map(refused);
}

type Wanted = NonNullable<Asked>;

function refused(message: string): Refusal {
  return { rule: "origin pulls", message, allowance: null };
}

function areSameCertificates(from: OriginPullsInForce, asked: Wanted): boolean {
  const sorted = ({ authorities }: Pick<Wanted, "authorities">) =>
    [...authorities].sort((one, other) => one - other).join();
  return from.presented === asked.presented && sorted(from) === sorted(asked);
}

const order = 'docs/runbook.md, "Requests through this zone alone", has the order';

/** A listener that is told nothing keeps what it was told before. */
function removedKey({ mode }: OriginPullsInForce): string {
  return `You asked to remove dns.originPulls, but ${mode} is in force. Without the key nothing tells the load balancer to stop. Set it to off instead: npm run rollout -- set --stage <stage> dns.originPulls.mode off. After that update the key can go.`;
}

/**
 * A failure that a certificate causes hits both colours, and would be read as one of the release. The way back from `verify` is
 * open at any weight, since it lets through only more.
 */
function underTraffic(from: OriginPullsInForce, asked: Wanted, move: OriginPullsChange["move"]): string | undefined {
  const { previous, realWeights } = move;
  if (previous === null) return undefined;
  const candidate = otherColour(previous.liveColour);
  const standing = Math.max(previous.weightPercent, realWeights === undefined ? 0 : percentOf(realWeights, candidate));
  const isMove = moveKind(move) !== "stay";
  if (!isMove && (standing === 0 || isWayBack(from, asked))) return undefined;
  const why = isMove
    ? "and the same edit changes the weight or the live colour"
    : `and ${candidate} has ${standing} % of the traffic`;
  return `You asked for ${described(asked)}, but ${described(from)} is in force, ${why}. What requests must present changes at weight 0 only, in an update of its own. Put ${described(from)} back until then.`;
}

function isWayBack(from: OriginPullsInForce, asked: Wanted): boolean {
  return from.mode === "verify" && asked.mode === "passthrough" && areSameCertificates(from, asked);
}

function verifyBeforePresented(from: OriginPullsInForce, asked: Wanted): string | undefined {
  if (from.mode !== "off" || asked.mode !== "verify") return undefined;
  return `You asked for dns.originPulls.mode verify, but off is in force: Cloudflare presents no certificate yet, and the load balancer would refuse every request until it does. Set passthrough first: npm run rollout -- set --stage <stage> dns.originPulls.mode passthrough. ${order}.`;
}

function presentedBeforeTrusted(from: OriginPullsInForce, asked: Wanted): string | undefined {
  if (asked.presented === from.presented || from.authorities.includes(asked.presented)) return undefined;
  return `You asked for dns.originPulls.presented ${asked.presented}, but the load balancer does not trust authority ${asked.presented} yet, only ${andList(from.authorities)}. It learns of a new one some time after Cloudflare. Add ${asked.presented} to dns.originPulls.authorities and keep presented at ${from.presented}; present ${asked.presented} in the next update. ${order}.`;
}

function untrustedTooEarly(from: OriginPullsInForce, asked: Wanted): string | undefined {
  if (asked.authorities.includes(from.presented)) return undefined;
  return `You asked for dns.originPulls.authorities ${andList(asked.authorities)}, but Cloudflare presents the certificate of authority ${from.presented}, and the load balancer would refuse what it presents until it has changed everywhere. Keep ${from.presented} in dns.originPulls.authorities; remove it in the update after the one that presents ${asked.presented}. ${order}.`;
}

function described({ mode, authorities, presented }: OriginPullsInForce | Wanted): string {
  return mode === "off"
    ? "dns.originPulls.mode off"
    : `dns.originPulls ${mode}, authorities ${andList(authorities)}, presented ${presented}`;
}

/**
 * The output that the next update is judged by: the mode as the listener answered, once Cloudflare presents the certificate.
 *
 * @returns nothing where the config says nothing
 */
export function originPullsOutput(
  asked: Asked,
  { traffic, originPulls }: Pick<Delivery, "traffic" | "originPulls">,
): Pick<WrittenOutputs, "originPulls"> {
  if (asked === undefined) return {};
  const { authorities, presented } = asked;
  const output = pulumi
    .all([traffic.clientCertificateMode, originPulls?.presentedFor])
    .apply(([mode = "off"]) => inForceSchema.parse({ mode, authorities, presented }));
  return { originPulls: output };
}
