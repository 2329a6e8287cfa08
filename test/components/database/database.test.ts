import { describe, expect, it } from "vitest";
import { planDatabase, productionArgs, stagingArgs } from "./database-fixture.ts";

const instanceType = "aws:rds/instance:Instance";
const instanceName = "portal-production-database";

describe("the instance", () => {
  it("is what AWS FSBP asks of production", async () => {
    const { inputs, protect } = (await planDatabase(productionArgs)).only(instanceType);
    expect(inputs).toMatchObject({
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.medium",
      storageType: "gp3",
      storageEncrypted: true,
      allocatedStorage: 50,
      maxAllocatedStorage: 200,
      multiAz: true,
      publiclyAccessible: false,
      iamDatabaseAuthenticationEnabled: true,
      manageMasterUserPassword: true,
      username: "celebrant_admin",
      port: 5432,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
      monitoringInterval: 60,
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
      databaseInsightsMode: "standard",
      enabledCloudwatchLogsExports: ["postgresql", "upgrade", "iam-db-auth-error"],
    });
    expect(protect).toBe(true);
  });

  it("has no password and no database of its own", async () => {
    const { inputs } = (await planDatabase(productionArgs)).only(instanceType);
    expect(Object.keys(inputs).filter((key) => /^(password|dbName)/i.test(key))).toEqual([]);
  });

  it("goes with its data in staging, at once", async () => {
    const plan = await planDatabase(stagingArgs);
    const { inputs, protect } = plan.only(instanceType);
    expect(inputs).toMatchObject({
      multiAz: false,
      deletionProtection: false,
      deleteAutomatedBackups: true,
      skipFinalSnapshot: true,
      applyImmediately: true,
    });
    expect(inputs["finalSnapshotIdentifier"]).toBeUndefined();
    expect(protect).toBe(false);
    expect(plan.optionsOf(instanceType, instanceName).retainOnDelete).toBe(false);
  });

  it("leaves a final snapshot where it is neither protected nor destroyable", async () => {
    const { inputs } = (await planDatabase({ ...productionArgs, deletionProtection: false })).only(instanceType);
    expect(inputs).toMatchObject({
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${inputs["identifier"]}-final`,
    });
  });

  it("is encrypted with the stage's key throughout", async () => {
    const plan = await planDatabase(productionArgs);
    const key = plan.only("aws:kms/key:Key");
    const { inputs } = plan.only(instanceType);
    for (const use of ["kmsKeyId", "masterUserSecretKmsKeyId", "performanceInsightsKmsKeyId"]) {
      expect(inputs[use]).toBe(key.outputs["arn"]);
    }
  });

  it("is never deleted first nor renamed, and stays in AWS when a protected one is replaced", async () => {
    const plan = await planDatabase(productionArgs);
    expect(plan.optionsOf(instanceType, instanceName)).toMatchObject({
      deleteBeforeReplace: false,
      retainOnDelete: true,
      replaceOnChanges: ["identifier", "restoreToPointInTime", "snapshotIdentifier"],
    });
  });
});

describe("what stands around the instance", () => {
  it("is a security group without a single rule", async () => {
    const plan = await planDatabase(productionArgs);
    const { inputs } = plan.only("aws:ec2/securityGroup:SecurityGroup");
    expect(inputs["ingress"]).toBeUndefined();
    expect(inputs["egress"]).toBeUndefined();
    expect(plan.resources.filter(({ type }) => /securityGroup(Ingress|Egress)Rule/.test(type))).toEqual([]);
  });

  it("is a subnet group of the given subnets", async () => {
    const plan = await planDatabase(productionArgs);
    expect(plan.only("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"]).toEqual([
      "subnet-1",
      "subnet-2",
      "subnet-3",
    ]);
  });

  it("is a rotated key that outlives production, since its snapshots do", async () => {
    const plan = await planDatabase(productionArgs);
    const key = plan.only("aws:kms/key:Key");
    expect(key.inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(key.protect).toBe(true);
    expect(plan.optionsOf(key.type, key.name).retainOnDelete).toBe(true);
    expect(plan.only("aws:kms/alias:Alias").inputs["name"]).toBe("alias/portal-production-database");
  });

  it("is a key whose policy leaves it to the account who may use it, as AWS's own does", async () => {
    const key = (await planDatabase(productionArgs)).only("aws:kms/key:Key");
    expect(JSON.parse(String(key.inputs["policy"])).Statement).toEqual([
      {
        Sid: "AdministerByIam",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      },
    ]);
  });

  it("is a key that goes with staging", async () => {
    const plan = await planDatabase(stagingArgs);
    const key = plan.only("aws:kms/key:Key");
    expect(key.inputs["deletionWindowInDays"]).toBe(7);
    expect(plan.optionsOf(key.type, key.name).retainOnDelete).toBe(false);
  });

  it("is a log group for each exported log, there before RDS writes", async () => {
    const plan = await planDatabase(productionArgs);
    const { inputs } = plan.only(instanceType);
    const groups = plan.all("aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map((group) => group.inputs["name"])).toEqual(
      ["postgresql", "upgrade", "iam-db-auth-error"].map((log) => `/aws/rds/instance/${inputs["identifier"]}/${log}`),
    );
    expect(groups.map((group) => group.inputs["retentionInDays"])).toEqual([365, 365, 365]);
    expect(plan.optionsOf(instanceType, instanceName).dependsOn).toHaveLength(3);
  });

  it("is a monitoring role that only this instance can use", async () => {
    const plan = await planDatabase(productionArgs);
    const role = plan.only("aws:iam/role:Role", "portal-production-monitoring");
    const { inputs } = plan.only(instanceType);
    expect(JSON.parse(String(role.inputs["assumeRolePolicy"])).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "monitoring.rds.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": `arn:aws:rds:ap-southeast-2:123456789012:db:${inputs["identifier"]}` },
        },
      },
    ]);
    expect(inputs["monitoringRoleArn"]).toBe(role.outputs["arn"]);
  });
});

describe("Database", () => {
  it("tells its clients where and how", async () => {
    const plan = await planDatabase(productionArgs);
    const { outputs } = plan.only(instanceType);
    expect(plan.outputs).toMatchObject({
      instanceIdentifier: outputs["identifier"],
      instanceArn: outputs["arn"],
      resourceId: outputs["resourceId"],
      address: outputs["address"],
      port: 5432,
      securityGroupId: plan.only("aws:ec2/securityGroup:SecurityGroup").id,
      masterUserName: "celebrant_admin",
      serverLogGroupName: `/aws/rds/instance/${outputs["identifier"]}/postgresql`,
    });
    expect(plan.outputs["masterUserSecretArn"]).toMatch(/^arn:aws:secretsmanager:.*:secret:rds!/);
  });

  it("is the parent of all and tags what takes tags", async () => {
    const plan = await planDatabase(productionArgs);
    const component = plan.only("celebrant:database:Database");
    const children = plan.resources.filter(({ type }) => /^(aws|random):/.test(type));
    expect(children.map(({ parentUrn }) => parentUrn)).toEqual(children.map(() => component.urn));
    const untaggable =
      /kms\/alias|iam\/rolePolicyAttachment|backup\/(selection|vaultLock)|cloudwatch\/eventTarget|^random:/;
    for (const { type, name, inputs } of children.filter(({ type }) => !untaggable.test(type))) {
      expect({ type, name, tags: inputs["tags"] }).toMatchObject({
        tags: { Project: "celebrant-portal", Stage: "production", ManagedBy: "pulumi", Name: name },
      });
    }
  });

  it("refuses a database that is protected and destroyable", async () => {
    await expect(planDatabase({ ...productionArgs, destroyable: true })).rejects.toThrow(
      "Database: destroyable and deletionProtection are both true. A database whose deletion is refused cannot be destroyable: set one of them to false.",
    );
  });
});
