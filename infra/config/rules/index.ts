import { candidateWeight } from "./candidate-weight.ts";
import type { ConfigRule } from "./config-rule.ts";
import { databaseNames } from "./database-names.ts";
import { databaseStorage } from "./database-storage.ts";
import { environment } from "./environment.ts";
import { freezeWindows } from "./freeze-windows.ts";
import { hosts } from "./hosts.ts";
import { mailDomain } from "./mail-domain.ts";
import { origins } from "./origins.ts";
import { production } from "./production.ts";
import { proxiedHosts } from "./proxied-hosts.ts";
import { restoreFrom } from "./restore-from.ts";
import { rollingRelease } from "./rolling-release.ts";
import { rolloutSteps } from "./rollout-steps.ts";
import { signingKey } from "./signing-key.ts";
import { taskCount } from "./task-count.ts";
import { taskSize } from "./task-size.ts";
import { timeouts } from "./timeouts.ts";
import { zones } from "./zones.ts";

/** Every rule that looks at more than one value, or at the stage. */
export const rules: readonly ConfigRule[] = [
  candidateWeight,
  rolloutSteps,
  freezeWindows,
  zones,
  hosts,
  proxiedHosts,
  mailDomain,
  databaseNames,
  databaseStorage,
  restoreFrom,
  environment,
  origins,
  taskSize,
  taskCount,
  timeouts,
  signingKey,
  rollingRelease,
  production,
];
