import type { Breach, ConfigRule } from "./config-rule.ts";

/** Which origins a browser may call the API from (guide S4, P2). */
export const origins: ConfigRule = ({ api, hosts }, stage) => {
  const allowed = api?.allowedOrigins;
  const frontend = hosts?.frontend === undefined ? undefined : `https://${hosts.frontend}`;
  if (allowed === undefined) return [];
  const open = stage === "production" ? allowed.flatMap((origin, index) => openOrigin(origin, index, frontend)) : [];
  return [...open, ...missingFrontend(allowed, frontend)];
};

function openOrigin(origin: string | undefined, index: number, frontend: string | undefined): readonly Breach[] {
  const path = ["api", "allowedOrigins", index];
  if (origin === "*") {
    const fix = frontend === undefined ? ({ choose: "value" } as const) : { set: frontend };
    return [{ path, rule: "production names the origins that may call the API; * is any site (guide P2)", fix }];
  }
  if (origin?.startsWith("http://") !== true) return [];
  const fix = { set: origin.replace("http://", "https://") };
  return [{ path, rule: "production is called from https origins only: http can be tampered with on the way", fix }];
}

/** Silent where an entry could not be read, or where {@link openOrigin} makes one the frontend's: either may be the missing one. */
function missingFrontend(allowed: readonly (string | undefined)[], frontend: string | undefined): readonly Breach[] {
  if (frontend === undefined) return [];
  const covering = [undefined, frontend, frontend.replace("https://", "http://"), "*"];
  if (allowed.some((origin) => covering.includes(origin))) return [];
  const rule = `hosts.frontend calls the API, so ${frontend} is among them (guide S4, P2)`;
  // Setting the entry after the last one appends to the list.
  return [{ path: ["api", "allowedOrigins", allowed.length], rule, fix: { set: frontend } }];
}
