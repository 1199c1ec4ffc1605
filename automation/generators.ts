import { Command } from "commander";
import type { Generator } from "../config/generators.js";
import { registerTwinCommands } from "../twin/index.js";
import { previewJsonSchema } from "./preview/schema.js";
import { createProgram } from "./program.js";
import { commandsReference } from "./use/reference.js";

export const generators: readonly Generator[] = [
  {
    path: "docs/commands.md",
    render: () => {
      const twin = new Command("twin");
      registerTwinCommands(twin);
      return commandsReference(createProgram("0"), twin);
    },
  },
  { path: "docs/generated/preview.schema.json", render: previewJsonSchema },
];
