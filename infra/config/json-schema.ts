import { z } from "zod";
import { service } from "../../service.ts";
import { projectName } from "./config-keys.ts";
import { applicationSecrets, frontendToken } from "./schema/application.ts";
import { stageConfigSchema } from "./schema/stage-config.ts";
import { providerCredentials } from "./secrets.ts";

/** Path of the generated file inside the project. The first line of each stack file names it. */
export const jsonSchemaPath = "docs/config.schema.json";

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of the stack files, for editors: completion, descriptions and the rules of single values.
 *
 * It differs from the reader's schema as a file differs from what the program is given: keys begin with the project's name,
 * keys of other namespaces are allowed where something reads them, what has a default may be left out, a top-level number may be text, because
 * `pulumi config set` writes it so, and application secrets and providers' credentials are encrypted.
 */
export function stackFileJsonSchema(): JsonSchema {
  const { properties, required } = configJsonSchema();
  const own = Object.entries(properties).map(([name, schema]) => [`${projectName}:${name}`, orText(schema)] as const);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Stack file of the ${service.title}`,
    description:
      "Pulumi.staging.yaml and Pulumi.production.yaml. Generated from infra/config/schema: npm run config:schema.",
    type: "object",
    properties: {
      secretsprovider: { type: "string", description: "What encrypts the stack's secrets." },
      encryptedkey: { type: "string", description: "Data key of the secrets provider. Written by Pulumi." },
      encryptionsalt: { type: "string", description: "Salt of a passphrase. Written by Pulumi." },
      config: {
        type: "object",
        properties: Object.fromEntries([...own, ...credentials.map((key) => [key, encrypted])]),
        required: required.map((name) => `${projectName}:${name}`),
        patternProperties: {
          [`^(?!(?:${projectName}|aws|postgresql):)[^:]+:`]: { description: "A setting of a provider." },
        },
        additionalProperties: false,
      },
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** The program's own providers of AWS and PostgreSQL read nothing from the file. */
const credentials = providerCredentials.filter((key) => !/^(?:aws|postgresql):/.test(key));

interface ConfigJsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

function configJsonSchema(): ConfigJsonSchema {
  const schema = z.toJSONSchema(stageConfigSchema, {
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === applicationSecrets.unwrap()) jsonSchema.additionalProperties = encrypted;
      if (zodSchema === frontendToken.unwrap()) Object.assign(jsonSchema, encrypted, { minLength: undefined });
    },
  });
  return schema as ConfigJsonSchema;
}

const encrypted = {
  type: "object" as const,
  properties: { secure: { type: "string" as const, description: "Written by npm run rollout -- set --secret." } },
  required: ["secure"],
  additionalProperties: false,
};

/** At the top level a whole number may be in quotes, because the engine turns every scalar there into text. */
function orText(schema: JsonSchema): JsonSchema {
  if (schema["type"] !== "integer") return schema;
  const { description, ...number } = schema;
  return { description, anyOf: [number, { type: "string", pattern: "^(0|[1-9]\\d*)$" }] };
}
