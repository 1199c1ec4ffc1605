import { z } from "zod";
import { field } from "./field.js";
import { guestRef, nodeName } from "./primitives.js";
import { oneLine, someLine } from "./text.js";

/** Placements and affinities become rules of one name each. */
const ruleName = oneLine.regex(
  /^[A-Za-z][A-Za-z0-9\-_]+$/,
  "use at least two characters, a letter first, then letters, digits, '-' or '_'",
);

const priorities = z.record(nodeName, z.int().min(0).max(1000));

const placement = z.union([
  z.strictObject({
    nodes: field(priorities, "Nodes and their priority; the highest available number wins.", {
      frege: 100,
      russell: 50,
    }),
    strict: field(
      z.boolean().default(false),
      "Guests never run elsewhere, even if that means they do not run.",
      false,
    ),
    failback: field(
      z.boolean().default(true),
      "Guests return to a better node when it is back.",
      true,
    ),
    comment: field(oneLine.optional(), "Shown in the web interface.", "General workloads"),
  }),
  priorities,
]);

const resource = z.strictObject({
  state: field(
    z.enum(["started", "stopped", "disabled", "ignored"]).default("started"),
    "State that HA keeps.",
    "started",
  ),
  placement: field(someLine.optional(), "Placement that the guest follows.", "ms01-cluster"),
  maxRestart: field(
    z.int().min(0).max(10).default(1),
    "Restarts on the same node after a failed start.",
    1,
  ),
  maxRelocate: field(z.int().min(0).max(10).default(1), "Moves to another node after that.", 1),
});

export const ha = z.strictObject({
  shutdownPolicy: field(
    z.enum(["freeze", "failover", "conditional", "migrate"]).default("conditional"),
    "What happens to HA guests when a node is shut down in an orderly way. Failures are always recovered.",
    "migrate",
  ),
  scheduler: field(
    z.enum(["basic", "static"]).default("basic"),
    "How the manager picks among nodes of equal priority.",
    "static",
  ),
  placements: field(z.record(ruleName, placement).default({}), "Where classes of guests run.", {
    "ms01-cluster": { frege: 100, russell: 50, wittgenstein: 50 },
  }),
  apart: field(
    z.record(ruleName, z.array(guestRef).min(2)).default({}),
    "Guests that never share a node (Proxmox VE 9).",
    { databases: ["vm:120", "vm:121"] },
  ),
  together: field(
    z.record(ruleName, z.array(guestRef).min(2)).default({}),
    "Guests that always share a node (Proxmox VE 9).",
    { web: ["vm:130", "vm:131"] },
  ),
  resources: field(
    z.record(guestRef, resource).default({}),
    "Guests under HA that this file does not define itself.",
  ),
});
