import { describe, expect, it } from "vitest";
import type { DnsRecordRequest } from "../../../components/dns/dns-record-request.ts";
import { Frontend, type FrontendArgs } from "../../../components/frontend/frontend.ts";
import { planProgram, testName } from "../../support/plan-component.ts";

const projectType = "vercel:index/project:Project";
const rollingReleaseType = "vercel:index/projectRollingRelease:ProjectRollingRelease";

async function planFrontend(settings: Partial<FrontendArgs> = {}, name = testName) {
  const made: { dnsRecord?: DnsRecordRequest } = {};
  const plan = await planProgram(() => {
    const frontend = new Frontend(name, {
      projectName: "celebrant-portal",
      productionBranch: "main",
      buildCommand: "npm run build",
      host: "celebrant-portal.com",
      zone: "celebrant-portal.com",
      apiUrl: "https://api.celebrant-portal.com",
      ...settings,
    });
    made.dnsRecord = frontend.dnsRecord;
    return { projectId: frontend.projectId };
  });
  return { ...plan, dnsRecord: made.dnsRecord };
}

const staging: Partial<FrontendArgs> = {
  projectName: "celebrant-portal-staging",
  buildCommand: "npm run build:staging",
  host: "staging.celebrant-portal.com",
  apiUrl: "https://api.staging.celebrant-portal.com",
};

const stagesPercent = [5, 50, 100];

describe("Frontend", () => {
  it("builds staging with its own command against the staging API, on its own host", async () => {
    const plan = await planFrontend(staging, "portal-staging");
    const project = plan.only(projectType, "portal-staging-frontend");
    expect(project.inputs).toEqual({
      name: "celebrant-portal-staging",
      framework: "nextjs",
      buildCommand: "npm run build:staging",
      gitForkProtection: true,
      prioritiseProductionBuilds: true,
      vercelAuthentication: { deploymentType: "standardProtectionNew" },
      resourceConfig: { functionDefaultRegions: ["syd1"] },
      automaticallyExposeSystemEnvironmentVariables: true,
      autoAssignCustomDomains: false,
    });
    expect(plan.only("vercel:index/projectDomain:ProjectDomain").inputs).toEqual({
      projectId: project.id,
      domain: "staging.celebrant-portal.com",
    });
    expect(plan.only("vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable").inputs).toMatchObject({
      projectId: project.id,
      key: "NEXT_PUBLIC_API_URL",
      value: "https://api.staging.celebrant-portal.com",
      targets: ["production"],
      sensitive: false,
    });
    expect(plan.all(rollingReleaseType)).toEqual([]);
    expect(plan.outputs["projectId"]).toBe(project.id);
  });

  it("points a subdomain at Vercel by name and the apex by address, never proxied", async () => {
    expect((await planFrontend(staging)).dnsRecord).toMatchObject({
      key: "frontend",
      name: "staging.celebrant-portal.com",
      type: "CNAME",
      content: "cname.vercel-dns-0.com",
      proxied: false,
    });
    expect((await planFrontend()).dnsRecord).toMatchObject({
      key: "frontend",
      name: "celebrant-portal.com",
      type: "A",
      content: "76.76.21.21",
      proxied: false,
    });
  });

  it("builds a repository's folder on push to its production branch", async () => {
    const plan = await planFrontend({ repository: "celebrant/portal", rootDirectory: "frontend" });
    expect(plan.only(projectType).inputs).toMatchObject({
      rootDirectory: "frontend",
      gitRepository: { type: "github", repo: "celebrant/portal", productionBranch: "main" },
    });
  });

  it("releases in stages that wait for approval, and keeps each visitor with one deployment", async () => {
    const plan = await planFrontend({ stagesPercent });
    expect(plan.only(rollingReleaseType).inputs).toEqual({
      projectId: plan.only(projectType).id,
      advancementType: "manual-approval",
      stages: [{ targetPercentage: 5 }, { targetPercentage: 50 }, { targetPercentage: 100 }],
    });
    expect(plan.only(projectType).inputs["skewProtection"]).toBe("12 hours");
  });

  it("names the team on everything that a team owns", async () => {
    const plan = await planFrontend({ teamId: "team_abc123", stagesPercent });
    const component = plan.only("celebrant:frontend:Frontend", testName);
    const children = plan.resources.filter(({ type }) => type.startsWith("vercel:"));
    expect(children).toHaveLength(4);
    for (const child of children) {
      expect(child.inputs["teamId"]).toBe("team_abc123");
      expect(child.parentUrn).toBe(component.urn);
    }
  });

  it.each(["portal.example.com", "evilcelebrant-portal.com"])("refuses the host %s outside its zone", async (host) => {
    await expect(planFrontend({ host })).rejects.toThrow(
      `host is ${host}, which does not lie in the zone celebrant-portal.com. Choose a host in it.`,
    );
  });
});
