/** Rules on the roles of tasks: each task reaches the database as its own user, and serving tasks never as the migrator. */
import type { OneOffTask } from "../../rollout/one-off-tasks.ts";
import { type Container, containersOf } from "../facts.ts";
import { policy, role, rolePolicy, rolePolicyAttachment, service, taskDefinition } from "../kinds.ts";
import { refersTo } from "../links.ts";
import { statementsOf } from "../policy-documents.ts";
import { type Rule, type Stack, stackRule } from "../rule.ts";

/** How the name of a migration's task definition ends, behind its colour. */
const migration: OneOffTask = "migrate";

type Definition = ReturnType<typeof definitionsOf>[number];

export const taskRoleRules: readonly Rule[] = [
  stackRule({
    name: "ecs-roles-apart",
    rule: "A task's own role and the role that starts it must be two, so that no container can read every secret",
    source: "AWS ECS: Best practices for IAM roles in Amazon ECS",
    kinds: [role, taskDefinition],
    check(stack, report) {
      const definitions = stack.all(taskDefinition);
      for (const one of stack.all(role)) {
        const starting = definitions.find((definition) => refersTo(definition, "executionRoleArn", one));
        const running = definitions.find((definition) => refersTo(definition, "taskRoleArn", one));
        if (starting === undefined || running === undefined) continue;
        report(running, {
          found: `taskRoleArn is role ${one.name}, which is also executionRoleArn of ${starting.name}`,
          fix: "set taskRoleArn to the task's own role, and executionRoleArn to the role that pulls images and reads secrets",
        });
      }
    },
  }),

  stackRule({
    name: "ecs-task-role-fits-database-user",
    rule: "A task's role must be able to log in as the database user that the task names, and as no other",
    source: "AWS RDS: Creating and using an IAM policy for IAM database access",
    kinds: [policy, role, rolePolicy, rolePolicyAttachment, taskDefinition],
    check(stack, report) {
      for (const { definition, user, roles } of definitionsOf(stack)) {
        const allowed = [...new Set(roles.flatMap((one) => databaseUsersOf(stack, one)))];
        if (user === undefined ? allowed.length === 0 : allowed.length === 1 && allowed[0] === user) continue;
        const named = roles.map(({ name }) => name).join(", ") || "no role of this stack";
        report(definition, {
          found: `DATABASE_USER is ${user ?? "not set"}, but taskRoleArn is ${named}, which may log in as ${allowed.join(", ") || "nobody"}`,
          fix: "set taskRoleArn to the role of that database user, and let the role's rds-db:connect name that user alone",
        });
      }
    },
  }),

  stackRule({
    name: "ecs-serving-never-migrator",
    rule: "A task that serves requests must have neither the role nor the database user of the migrations, which own the schema",
    source: "project rule",
    kinds: [role, service, taskDefinition],
    check(stack, report) {
      const definitions = definitionsOf(stack);
      const migrations = definitions.filter(({ isMigration }) => isMigration);
      for (const one of stack.all(service)) {
        for (const serving of definitions.filter(({ definition }) => refersTo(one, "taskDefinition", definition))) {
          const [shared] = migrations.flatMap((candidate) => sharedWith(serving, candidate));
          if (shared === undefined) continue;
          report(serving.definition, {
            found: `service ${one.name} runs it with ${shared}`,
            fix: "give the service the API's own role, database user and task definition",
          });
        }
      }
    },
  }),
];

/** What a serving task has in common with a migration, as a message says it; nothing where it has nothing in common. */
function sharedWith(serving: Definition, migrating: Definition): readonly string[] {
  const name = migrating.definition.name;
  if (serving.definition.urn === migrating.definition.urn) return ["the command of a migration"];
  const role = serving.roles.find(({ urn }) => migrating.roles.some((other) => other.urn === urn));
  return [
    ...(role === undefined ? [] : [`the role ${role.name} of ${name}`]),
    ...(serving.user === undefined || serving.user !== migrating.user
      ? []
      : [`the database user ${serving.user} of ${name}`]),
  ];
}

/** The task definitions with what they say of the database: the user that a container names, and the task's role. */
function definitionsOf(stack: Stack) {
  return stack.all(taskDefinition).map((definition) => {
    const containers = containersOf(definition.props);
    const variables = containers.flatMap(({ environment = [] }) => environment);
    return {
      definition,
      user: variables.find(({ name }) => name === "DATABASE_USER")?.value,
      roles: rolesOf(stack).filter((one) => refersTo(definition, "taskRoleArn", one)),
      isMigration: definition.name.endsWith(`-${migration}`) || containers.some(migrates),
    };
  });
}

function migrates({ command = [], entryPoint = [] }: Container): boolean {
  return /\balembic\b.*\b(upgrade|downgrade)\b/.test([...entryPoint, ...command].join(" "));
}

/** The database users that a role may log in as. A wildcard stands for itself, so that it is never the user asked for. */
function databaseUsersOf(stack: Stack, one: RoleMember): readonly string[] {
  return documentsHeldBy(stack, one)
    .flatMap(statementsOf)
    .filter(({ effect, actions }) => effect === "Allow" && actions.some(isConnect))
    .flatMap(({ resources }) => resources.map((resource) => resource.split("/").at(-1) ?? resource));
}

type RoleMember = ReturnType<typeof rolesOf>[number];

function rolesOf({ all }: Stack) {
  return all(role);
}

/** The policy documents of a role: its inline ones, in whichever way they are written, and the attached ones. */
export function documentsHeldBy({ all }: Stack, one: RoleMember): readonly unknown[] {
  const attachments = all(rolePolicyAttachment).filter((attachment) => refersTo(attachment, "role", one));
  const attached = all(policy).filter((candidate) =>
    attachments.some((attachment) => refersTo(attachment, "policyArn", candidate)),
  );
  return [
    ...(one.props.inlinePolicies ?? []).map((inline) => inline.policy),
    ...all(rolePolicy)
      .filter((candidate) => refersTo(candidate, "role", one))
      .map(({ props }) => props.policy),
    ...attached.map(({ props }) => props.policy),
  ];
}

function isConnect(action: string): boolean {
  return /^rds-db:(connect|\*)$/i.test(action) || action === "*";
}
