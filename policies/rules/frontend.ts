/** Rules on the frontend at Vercel. */
import { isSecretName } from "../facts.ts";
import { frontend, frontendDomain, frontendRelease, frontendVariable } from "../kinds.ts";
import { type Rule, resourceRule, shown, stackRule } from "../rule.ts";

export const frontendRules: readonly Rule[] = [
  /** Vercel protects forks where nothing is set. */
  resourceRule({
    name: "vercel-project-is-private",
    rule: "A frontend's previews and source must not be public, and a fork's build must not get its variables",
    source: "project rule",
    kinds: [frontend],
    check({ props }, report) {
      const protection = props.vercelAuthentication?.deploymentType;
      if (protection === undefined || protection === "none") {
        report({
          found: shown("vercelAuthentication.deploymentType", protection),
          fix: "set vercelAuthentication.deploymentType to standardProtectionNew",
        });
      }
      if (props.gitForkProtection === false) {
        report({ found: "gitForkProtection is false", fix: "set gitForkProtection to true" });
      }
      if (props.publicSource === true) report({ found: "publicSource is true", fix: "remove publicSource" });
    },
  }),

  resourceRule({
    name: "vercel-variables-are-public",
    rule: "A variable of the frontend must be no secret unless it is sensitive, and an address in it must use TLS",
    source: "project rule",
    kinds: [frontendVariable],
    check({ props }, report) {
      if (props.sensitive !== true && isSecretName(props.key)) {
        report({
          found: `key is ${props.key}, and sensitive is ${props.sensitive ?? "not set"}`,
          fix: "set sensitive to true, without the prefix NEXT_PUBLIC_",
        });
      }
      if (props.value?.startsWith("http://"))
        report({ found: "value begins with http://", fix: "write the address with https://" });
    },
  }),

  stackRule({
    name: "vercel-waits-for-api",
    rule: "A frontend must not reach visitors by itself: it goes out with the API's release",
    source: "deployment guide R1",
    kinds: [frontend, frontendRelease],
    check({ all }, report) {
      for (const project of all(frontend)) {
        const assigns = project.props.autoAssignCustomDomains;
        if (assigns === false) continue;
        report(project, {
          found: shown("autoAssignCustomDomains", assigns),
          fix: "set autoAssignCustomDomains to false",
        });
      }
      for (const release of all(frontendRelease)) {
        const { advancementType } = release.props;
        if (advancementType === "manual-approval") continue;
        report(release, {
          found: shown("advancementType", advancementType),
          fix: "set advancementType to manual-approval",
        });
      }
    },
  }),

  stackRule({
    name: "vercel-serves-by-steps",
    rule: "A frontend's host must serve the project itself, and a rolling release must begin with a part of the traffic",
    source: "deployment guide R1",
    kinds: [frontendDomain, frontendRelease],
    check({ all }, report) {
      for (const domain of all(frontendDomain)) {
        if (domain.props.redirect === undefined) continue;
        report(domain, { found: shown("redirect", domain.props.redirect), fix: "remove redirect" });
      }
      for (const release of all(frontendRelease)) {
        const first = release.props.stages?.[0]?.targetPercentage;
        if (first !== undefined && first < 100) continue;
        report(release, {
          found: shown("targetPercentage of the first stage", first),
          fix: "begin frontend.rollingRelease below 100",
        });
      }
    },
  }),
];
