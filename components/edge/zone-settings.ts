import { ZoneSetting } from "@pulumi/cloudflare/zoneSetting.js";
import * as pulumi from "@pulumi/pulumi";

/** What `ZoneSettings` needs. */
export interface ZoneSettingsArgs {
  /** Id of the Cloudflare zone. */
  readonly zoneId: pulumi.Input<string>;
}

/**
 * The settings of the whole Cloudflare zone that the stages rely on. One stack sets them, since the stages share the zone.
 *
 * SSL mode Full (strict): Cloudflare speaks TLS to the load balancer and verifies its certificate. Flexible speaks plain HTTP,
 * which the load balancer redirects, without end; and in Off and Flexible no client certificate is presented (Cloudflare,
 * "Authenticated Origin Pulls"). It holds for every proxied host of the zone. Deleted here, it stays as it is there.
 */
export class ZoneSettings extends pulumi.ComponentResource {
  constructor(name: string, { zoneId }: ZoneSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:edge:ZoneSettings", name, {}, opts);
    new ZoneSetting(`${name}-ssl`, { zoneId, settingId: "ssl", value: "strict" }, { parent: this });
    this.registerOutputs();
  }
}
