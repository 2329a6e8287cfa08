/** What a day of the guide's two weeks is for, besides the rollout's moves. */
export interface GuideTask {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly title: string;
  /** Ids of the guide that it meets. */
  readonly guide: string;
  /** Who does it: the team with commands, or people whom no command can replace. */
  readonly who: string;
  /** Commands to paste, in order. None where people do it. */
  readonly commands: readonly string[];
  /** Heading of the runbook that says more. */
  readonly readOn: string;
}

/** The guide's plan (TL), day by day; the days of the rollout's own moves are computed. */
export const guideTasks: readonly GuideTask[] = [
  {
    firstDay: 1,
    lastDay: 2,
    title: "Set up staging",
    guide: "S1 to S5",
    who: "an engineer",
    commands: [
      "npm run rollout -- doctor --stage staging",
      "npx pulumi up --stack staging --policy-pack policies",
      "npm run rollout -- task --stage staging --run migrate",
      "npm run rollout -- task --stage staging --run seed",
    ],
    readOn: "Days 1 and 2: staging",
  },
  {
    firstDay: 3,
    lastDay: 4,
    title: "Test staging",
    guide: "T1 to T4",
    who: "an engineer; security looks at it from outside",
    commands: [
      "npm run rollout -- verify --stage staging",
      "npm run rollout -- rollback --stage staging --reason rehearsal",
    ],
    readOn: "Days 3 and 4: testing",
  },
  {
    firstDay: 5,
    lastDay: 7,
    title: "Acceptance: the teams' checklists, 5 to 10 beta users",
    guide: "T5, T6",
    who: "development, QA, product, security, beta users",
    commands: [
      "npm run rollout -- acceptance --stage staging",
      "npm run rollout -- verify --stage staging --host candidate --acceptance",
    ],
    readOn: "Days 5 to 7: acceptance",
  },
  {
    firstDay: 8,
    lastDay: 9,
    title: "Prepare production; notice to users",
    guide: "P1 to P4, M1 to M5, A1 to A5, K2, K4",
    who: "an engineer; support sends the notice",
    commands: [
      "npm run rollout -- doctor --stage production",
      "npm run rehearse",
      "npm run rollout -- forecast --stage production",
      "npm run rollout -- verify --stage production --host candidate",
    ],
    readOn: "Days 8 and 9: production",
  },
  {
    firstDay: 12,
    lastDay: 14,
    title: "Watch; validate after the promote; summary",
    guide: "R3, R4, K3",
    who: "an engineer",
    commands: ["npm run rollout -- status --stage production", "npm run rollout -- verify --stage production"],
    readOn: "Days 12 to 14: watching",
  },
];
