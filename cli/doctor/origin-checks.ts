import { z } from "zod";
import { askCloudflare, hasToken, tokenVariable, zoneOf } from "../cloudflare.ts";
import { fail, notChecked, pass } from "../found.ts";
import type { ProviderPorts } from "./provider-checks.ts";

const unreadable = notChecked("the stack file has problems");
const noToken = notChecked(`${tokenVariable} is not set`);
const noZone = notChecked("there is no zone to look at");

/** Anything else lets a request to the balancer go unencrypted, or to whoever answers for it. */
const strictModes = ["strict", "origin_pull"];

/** Checks how Cloudflare speaks to the load balancer. @see Cloudflare API, "Get zone setting" */
export async function checkSslMode(ports: ProviderPorts) {
  if (ports.config === undefined) return unreadable;
  const { proxied, zone: name, managesZone } = ports.config.dns;
  if (!proxied) return notChecked("the hosts are not proxied, so clients speak to AWS themselves");
  if (!hasToken(ports)) return noToken;
  const zone = await zoneOf(ports, name);
  if (zone === undefined) return noZone;
  const { value } = await askCloudflare(ports, `/zones/${zone.id}/settings/ssl`, z.object({ value: z.string() }));
  if (strictModes.includes(value)) return pass(value);
  return fail(
    `it is ${value}`,
    managesZone
      ? "The next update sets it to strict (dns.managesZone). Before it, see that whatever is behind another proxied record of the zone has a certificate that holds, or set dns.managesZone to false."
      : "In Cloudflare, set SSL/TLS to Full (strict): the balancer has a certificate that holds.",
  );
}

/** @see Cloudflare API, "Get the Hostname Status for Client Authentication" */
const association = z.object({
  enabled: z.boolean().nullable().default(null),
  status: z.string().optional(),
  expires_on: z.string().optional(),
});

/** Checks what tells the load balancer that a request came through this zone, and not through another's. */
export async function checkOriginPulls(ports: ProviderPorts) {
  if (ports.config === undefined) return unreadable;
  const { hosts, dns } = ports.config;
  const mode = dns.originPulls?.mode ?? "off";
  if (!dns.proxied) {
    return notChecked(
      "the hosts are not proxied, so there is no certificate to ask for: whoever connects is judged by AWS's firewall, its rate limits and the API's log-in",
    );
  }
  if (mode === "off") {
    return fail(
      "dns.originPulls is off: whoever knows the balancer's address reaches it through a Cloudflare account of their own",
      "Set dns.originPulls.mode to passthrough, and update: docs/runbook.md, Requests through this zone alone.",
    );
  }
  if (!ports.isDeployed) return notChecked("the first update turns them on");
  if (!hasToken(ports)) return noToken;
  const zone = await zoneOf(ports, dns.zone);
  if (zone === undefined) return noZone;
  const asked = [hosts.api, hosts.candidateApi];
  const found = await Promise.all(
    asked.map((host) =>
      askCloudflare(ports, `/zones/${zone.id}/origin_tls_client_auth/hostnames/${host}`, association),
    ),
  );
  const missing = asked.filter((_, index) => found[index]?.enabled !== true || found[index]?.status !== "active");
  if (missing.length > 0) {
    const states = missing.map((host) => {
      const { enabled = null, status = "unknown" } = found[asked.indexOf(host)] ?? {};
      return `${host} (${enabled === true ? "on" : "off"}, ${status})`;
    });
    return fail(
      `Cloudflare does not present the certificate everywhere: ${states.join(", ")}`,
      mode === "verify"
        ? "The balancer refuses these requests. Set the mode back at once: docs/runbook.md, Turn verification off in a hurry."
        : "Wait some minutes and run doctor again. Do not set dns.originPulls.mode to verify before it passes.",
    );
  }
  const until = found[0]?.expires_on === undefined ? "" : `, until ${found[0].expires_on}`;
  return mode === "verify"
    ? pass(`presented for ${asked.join(" and ")}${until}; the balancer refuses everything else`)
    : pass(
        `presented for ${asked.join(" and ")}${until}; the balancer accepts everything else too, until dns.originPulls.mode is verify`,
      );
}
