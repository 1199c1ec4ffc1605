import { z } from "zod";
import { PROJECT, SECTION } from "../load/section.js";
import { clusterSchema } from "../schema/cluster.js";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The cluster's section as people write it: units, not bytes; defaults may be left out. */
export function clusterJsonSchema(): JsonSchema {
  return z.toJSONSchema(clusterSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      // Examples of fields with units get lost, because their parsed value is a number.
      const examples: unknown = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) {
        jsonSchema.examples = examples;
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
        delete jsonSchema.maximum;
      }
    },
  });
}

/** A whole stack file, for completion and hover in editors. */
export function stackJsonSchema(): string {
  const { $schema, ...cluster } = clusterJsonSchema();
  const stack = {
    $schema,
    title: "Stack file of proxmox-ha",
    description: "Made from config/schema by `npm run generate`; do not edit.",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: [SECTION],
        properties: { [SECTION]: { ...cluster, description: "One whole cluster." } },
        patternProperties: {
          [`^${PROJECT}:(?!cluster$)`]: {
            description:
              "A value that Pulumi encrypts; `{pulumi: key}` in the cluster refers to it.",
          },
        },
      },
    },
  };
  return `${JSON.stringify(stack, undefined, 2)}\n`;
}
