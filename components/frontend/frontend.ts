import * as pulumi from "@pulumi/pulumi";
import { Project } from "@pulumiverse/vercel/project.js";
import { ProjectDomain } from "@pulumiverse/vercel/projectDomain.js";
import { ProjectEnvironmentVariable } from "@pulumiverse/vercel/projectEnvironmentVariable.js";
import type { DnsRecordRequest } from "../dns/dns-record-request.ts";
import { frontendDnsRecord } from "./frontend-dns-record.ts";
import { createRollingRelease, type RollingReleaseStage } from "./rolling-release.ts";

/** What `Frontend` needs. */
export interface FrontendArgs {
  /** Name of the project at Vercel, unique in the team. */
  readonly projectName: string;
  /** Team that owns the project. Default: the provider's team, or the token's own account. */
  readonly teamId?: string;
  /** GitHub repository as `owner/name` that Vercel builds on push. Default: deployments are made by Vercel's CLI. */
  readonly repository?: string;
  /** Branch whose pushes go to `host`. Without a repository it means nothing. */
  readonly productionBranch: string;
  /** Folder of the frontend inside the repository. Default: its root. */
  readonly rootDirectory?: string;
  /** Build command (guide S5: `npm run build:staging`). */
  readonly buildCommand: string;
  /** Host of the frontend. Changing it replaces the domain and its record. */
  readonly host: string;
  /** Name of the DNS zone that holds the host. */
  readonly zone: string;
  /** URL of the API, compiled into the frontend: a change shows with the next deployment. */
  readonly apiUrl: string;
  /** Stages in which a production deployment reaches visitors. Default: all at once. */
  readonly rollingRelease?: readonly RollingReleaseStage[];
}

/** Sydney, the region nearest to the API. */
const functionRegion = "syd1";

/** How long a visitor with an older page is still served by its own deployment; Vercel's own default. */
const skewProtection = "12 hours";

/**
 * The Next.js frontend at Vercel (guide S5). Each stage is a project of its own, so its deployments to `host` are that
 * project's production deployments. The token comes from the provider's environment, `VERCEL_API_TOKEN`.
 */
export class Frontend extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;
  /** The record that points the host at Vercel. */
  readonly dnsRecords: readonly DnsRecordRequest[];

  /** @throws {RangeError} when the host lies outside the zone, or the stages are none that Vercel accepts */
  constructor(name: string, args: FrontendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:frontend:Frontend", name, {}, opts);
    const parent = { parent: this };

    this.dnsRecords = [frontendDnsRecord(args.host, args.zone)];
    const project = createProject(name, args, parent);
    const ofProject = { projectId: project.id, teamId: args.teamId };
    new ProjectDomain(`${name}-frontend`, { ...ofProject, domain: args.host }, parent);
    new ProjectEnvironmentVariable(
      `${name}-frontend-api-url`,
      {
        ...ofProject,
        key: "NEXT_PUBLIC_API_URL",
        value: args.apiUrl,
        targets: ["production"],
        sensitive: false,
        comment: "Compiled into the pages, so every visitor can read it",
      },
      parent,
    );
    if (args.rollingRelease !== undefined) createRollingRelease(name, args.rollingRelease, ofProject, parent);

    this.projectId = project.id;
    this.registerOutputs({ projectId: this.projectId });
  }
}

function createProject(name: string, args: FrontendArgs, opts: pulumi.CustomResourceOptions): Project {
  const { repository, productionBranch } = args;
  return new Project(
    `${name}-frontend`,
    {
      name: args.projectName,
      teamId: args.teamId,
      framework: "nextjs",
      buildCommand: args.buildCommand,
      rootDirectory: args.rootDirectory,
      gitRepository: repository === undefined ? undefined : { type: "github", repo: repository, productionBranch },
      gitForkProtection: true,
      prioritiseProductionBuilds: true,
      // Visitors need a Vercel login for every address but the host's own.
      vercelAuthentication: { deploymentType: "standardProtectionNew" },
      resourceConfig: { functionDefaultRegions: [functionRegion] },
      // Skew protection reads the deployment's id from a system variable (Vercel, "Skew Protection").
      automaticallyExposeSystemEnvironmentVariables: true,
      // Without it a visitor's page and its data could come from the two deployments of a rolling release.
      skewProtection: args.rollingRelease === undefined ? undefined : skewProtection,
    },
    opts,
  );
}
