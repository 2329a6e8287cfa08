import { colours } from "../../../rollout/colour.ts";
import { andList, orList } from "../problems/wording.ts";
import type { ConfigRule } from "./config-rule.ts";

/**
 * The weight is one of the schedule's, and whoever may be sent traffic has an image (guide R1). Whether this weight may be
 * set now is for the rollout's own rules, which know what was before.
 */
export const candidateWeight: ConfigRule = ({ candidateWeight: weight, rollout, images }) => {
  if (weight === undefined || weight === 0) return [];
  const steps = rollout?.steps?.map((step) => step?.weight);
  const known = steps?.filter((step) => step !== undefined) ?? [];
  if (steps !== undefined && known.length === steps.length && !known.includes(weight)) {
    const rule = `0 or the weight of a step in rollout.steps, ${orList(known)} (guide R1)`;
    return [{ path: ["candidateWeight"], rule, fix: { choose: [0, ...known].join("|"), type: "int" } }];
  }
  const missing = images === undefined ? [] : colours.filter((colour) => images[colour] === undefined);
  if (missing.length === 0) return [];
  const verb = missing.length === 1 ? "has" : "have";
  const rule = `candidateWeight is ${weight}, so both colours need an image, and ${andList(missing)} ${verb} none`;
  const present = colours.flatMap((colour) => (images?.[colour] === undefined ? [] : `  ${colour}: ${images[colour]}`));
  const wanted = missing.map((colour) => `  ${colour}: <sha256: and 64 hexadecimal digits>`);
  return [{ path: ["images"], rule, fix: { write: ["celebrant-portal:images:", ...present, ...wanted] } }];
};
