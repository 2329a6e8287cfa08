import { plain, type ServiceModel, stableHex, textInput } from "./model.ts";

/** What is not AWS: DNS, frontend, database objects, random values, the providers themselves. */
export const othersModel: ServiceModel = {
  "cloudflare:index/dnsRecord:DnsRecord": (question) => ({ id: stableHex(question, 32), state: {} }),
  "cloudflare:index/zoneSetting:ZoneSetting": (question) => ({ id: textInput(question, "settingId"), state: {} }),
  "cloudflare:index/authenticatedOriginPulls:AuthenticatedOriginPulls": (question) => ({
    id: stableHex(question, 32),
    state: {},
  }),
  "cloudflare:index/authenticatedOriginPullsHostnameCertificate:AuthenticatedOriginPullsHostnameCertificate": (
    question,
  ) => ({ id: stableHex(question, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"), state: {} }),
  "vercel:index/project:Project": (question) => ({ id: `prj_${stableHex(question, 24)}`, state: {} }),
  "vercel:index/projectDomain:ProjectDomain": plain,
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": plain,
  "vercel:index/projectRollingRelease:ProjectRollingRelease": plain,
  "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": plain,
  "postgresql:index/database:Database": plain,
  "postgresql:index/schema:Schema": plain,
  "postgresql:index/role:Role": plain,
  "postgresql:index/grant:Grant": plain,
  "postgresql:index/grantRole:GrantRole": plain,
  "postgresql:index/defaultPrivileges:DefaultPrivileges": plain,
  "postgresql:index/extension:Extension": plain,
  "random:index/randomPassword:RandomPassword": (question) => ({
    id: "none",
    state: { result: `planned-${stableHex(question, 40)}` },
  }),
  "random:index/randomId:RandomId": (question) => ({
    id: stableHex(question, 8),
    state: { hex: stableHex(question, 8) },
  }),
  "pulumi:providers:aws": plain,
  "pulumi:providers:cloudflare": plain,
  "pulumi:providers:postgresql": plain,
  "pulumi:providers:vercel": plain,
  "pulumi:providers:random": plain,
};
