import * as pulumi from "@pulumi/pulumi";
import { Project } from "@pulumiverse/vercel/project.js";
import { ProjectDomain } from "@pulumiverse/vercel/projectDomain.js";
import { ProjectEnvironmentVariable } from "@pulumiverse/vercel/projectEnvironmentVariable.js";
import type { DnsRecordRequest } from "../dns/dns-record-request.ts";
import type { UntaggedScope } from "../scope.ts";
import { frontendRecord } from "./frontend-record.ts";
import { createRollingRelease } from "./rolling-release.ts";

/** What `Frontend` needs. */
export interface FrontendArgs {
  /** Name of the project at Vercel, unique in the team. */
  readonly projectName: string;
  /** Team that owns the project. Default: the provider's team, or the token's own account. */
  readonly teamId?: string;
  /** GitHub repository as `owner/name` that Vercel builds on push. Default: Vercel's CLI makes deployments. */
  readonly repository?: string;
  /** Branch whose pushes go to `host`. It has no effect without a repository. */
  readonly productionBranch: string;
  /** Folder of the frontend inside the repository. Default: its root. */
  readonly rootDirectory?: string;
  /** Build command (guide S5: `npm run build:staging`). */
  readonly buildCommand: string;
  /** Host of the frontend. Changing it replaces the domain and its record. */
  readonly host: string;
  /** Name of the DNS zone that holds the host. */
  readonly zone: string;
  /** URL of the API, compiled into the frontend. A change shows with the next deployment. */
  readonly apiUrl: string;
  /** Per cent of visitors at each stage in which a deployment reaches them. Default: all at once. */
  readonly stagesPercent?: readonly number[] | undefined;
}

/** Sydney, the region nearest to the API. */
const functionRegion = "syd1";

/** How long a visitor with an older page is still served by the page's own deployment. Vercel's default. */
const skewProtection = "12 hours";

/**
 * The Next.js frontend at Vercel (guide S5). Each stage is a project of its own, so its deployments to `host` are that
 * project's production deployments. None of them reaches visitors by itself: the frontend belongs to the API's release, and the
 * commands move both. The provider reads its token from the environment, `VERCEL_API_TOKEN`.
 *
 * @see Vercel, "Promoting Deployments", "Staging and promoting a production deployment"
 */
export class Frontend extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;
  /** The record that points the host at Vercel. */
  readonly dnsRecord: DnsRecordRequest;

  /** @throws {RangeError} when the host lies outside the zone, or Vercel does not accept the stages */
  constructor(name: string, args: FrontendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:frontend:Frontend", name, {}, opts);
    const scope: UntaggedScope = { name, parent: this };
    const { teamId, stagesPercent } = args;

    this.dnsRecord = frontendRecord(args);
    const project = createProject(scope, args);
    this.projectId = project.id;
    createDomain(scope, { ...args, projectId: project.id });
    if (stagesPercent !== undefined) createRollingRelease(scope, { projectId: project.id, teamId, stagesPercent });
    this.registerOutputs({ projectId: this.projectId });
  }
}

function createProject({ name, parent }: UntaggedScope, args: FrontendArgs): Project {
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
      // Otherwise a visitor's page and its data could come from two deployments of a rolling release.
      skewProtection: args.stagesPercent === undefined ? undefined : skewProtection,
      // A production deployment is built and waits: the commands send visitors to it, once the API stands where it needs it.
      autoAssignCustomDomains: false,
    },
    { parent },
  );
}

/** Gives the project its host, and the URL of the API that its pages call. */
function createDomain(
  { name, parent }: UntaggedScope,
  { projectId, teamId, host, apiUrl }: FrontendArgs & { readonly projectId: pulumi.Output<string> },
): void {
  new ProjectDomain(`${name}-frontend`, { projectId, teamId, domain: host }, { parent });
  new ProjectEnvironmentVariable(
    `${name}-frontend-api-url`,
    {
      projectId,
      teamId,
      key: "NEXT_PUBLIC_API_URL",
      value: apiUrl,
      targets: ["production"],
      sensitive: false,
      comment: "Compiled into the pages, so every visitor can read it",
    },
    { parent },
  );
}
