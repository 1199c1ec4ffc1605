import { z } from "zod";
import { askCeph } from "../ceph-command.js";

export const MODULES = askCeph(
  ["mgr", "module", "ls"],
  z.object({
    always_on_modules: z.array(z.string()).default([]),
    enabled_modules: z.array(z.string()),
    disabled_modules: z.array(z.object({ name: z.string() })).default([]),
  }),
);
/** Where modules listen, by module. */
export const SERVICES = askCeph(["mgr", "services"], z.record(z.string(), z.string()));
