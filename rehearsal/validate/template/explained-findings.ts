/** Why a finding of cfn-lint stays. */
export interface ExplainedFinding {
  /** cfn-lint's id of the rule. */
  readonly id: string;
  /** Planned type that it is found in. In each stage it must be found again, or the explanation is stale. */
  readonly type: string;
  /** Why this is right as it is. */
  readonly reason: string;
}

/** Every finding that stays. */
export const explainedFindings: readonly ExplainedFinding[] = [
  {
    id: "W3010",
    type: "aws:ec2/subnet:Subnet",
    reason:
      "A template that fits every region must not name zones. A plan is for one region, and a subnet that changed its zone would be replaced.",
  },
  {
    id: "W3691",
    type: "aws:rds/instance:Instance",
    reason:
      'RDS takes a major version alone, such as "17", and chooses the minor one. cfn-lint has minor versions only ("Upgrading the PostgreSQL DB engine", RDS user guide).',
  },
];
