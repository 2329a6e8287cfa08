import type { Breach, ConfigRule } from "./config-rule.ts";

/** A freeze window ends after it begins; one that did not would freeze nothing. */
export const freezeWindows: ConfigRule = ({ rollout }) =>
  (rollout?.freezeWindows ?? []).flatMap((window, index): readonly Breach[] => {
    const { from, until } = window ?? {};
    if (from === undefined || until === undefined || Date.parse(from) < Date.parse(until)) return [];
    const path = ["rollout", "freezeWindows", index, "until"];
    return [{ path, rule: `a moment after the window's from, ${from}`, fix: { choose: "value" } }];
  });
