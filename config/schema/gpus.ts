import { z } from "zod";
import { field } from "./field.js";
import { nodeName } from "./primitives.js";
import { oneLine } from "./text.js";

const gpu = z.strictObject({
  model: field(
    z.enum(["a16", "a2", "a10", "a40", "l4", "l40s", "a30", "a100-40", "a100-80", "h100-80"]),
    "Card.",
    "a16",
  ),
  boards: field(z.int().min(1), "Boards per node.", 1),
  nodes: field(z.array(nodeName).min(1), "Nodes that have it.", ["pve1-node1"]),
  passthrough: field(
    z.int().min(0).default(0),
    "GPUs per node handed whole to virtual machines.",
    4,
  ),
  containers: field(z.int().min(0).default(0), "GPUs per node shared by containers.", 2),
  vgpu: field(
    oneLine.regex(/^nvidia-\d+$/).optional(),
    "vGPU type instead of passthrough.",
    "nvidia-715",
  ),
  mig: field(
    z.array(oneLine.regex(/^\d+g\.\d+gb(\+me)?$/)).optional(),
    "MIG profiles, on cards that have MIG.",
    ["3g.20gb"],
  ),
  driver: field(oneLine.regex(/^\d+(\.\d+)*$/).optional(), "Driver version at least.", "570"),
});

export const gpus = z.record(oneLine.regex(/^[a-z][a-z0-9-]*$/), gpu);
