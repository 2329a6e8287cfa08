/** A production deployment of the frontend that is built and ready. */
export interface ReadyDeployment {
  /** Vercel's id: `dpl_…`. */
  readonly id: string;
  /**
   * - `staged`: it has served no visitor yet
   * - `rolling`: a rolling release sends a part of the visitors to it
   * - `promoted`: it serves visitors, or has done so
   * - `unknown`: Vercel does not say
   */
  readonly state: "staged" | "rolling" | "promoted" | "unknown";
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A stage of a rolling release. */
export interface ReleaseStage {
  readonly index: number;
  /** Per cent of visitors. */
  readonly percent: number;
  readonly isFinal: boolean;
}

/** A rolling release that is under way. */
export interface RollingRelease {
  /** The deployment that goes out. */
  readonly deployment: string;
  /** The deployment that serves everybody else, and everybody again where the release is taken back. */
  readonly base: string;
  readonly stage: ReleaseStage;
  /** Undefined at the last stage. */
  readonly nextStage: ReleaseStage | undefined;
  /** Whether Vercel goes on by itself, as a release does that was begun before stages had to be approved. */
  readonly advancesItself: boolean;
  /** Since when the stage stands, ISO 8601: when Vercel last changed the release. */
  readonly since: string;
}

/** What Vercel shows of the frontend. */
export interface FrontendSight {
  /** The project's id: `prj_…`. */
  readonly projectId: string;
  /** The deployment that serves the host. Undefined before the first one. */
  readonly serving: string | undefined;
  /** The newest production deployment that is ready. Undefined where there is none. */
  readonly newest: ReadyDeployment | undefined;
  /** Undefined while none is under way. */
  readonly rolling: RollingRelease | undefined;
}
