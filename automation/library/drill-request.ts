import { z } from "zod";
import type { DrillOrder } from "../drill/order.js";
import { ClusterError } from "./cluster-error.js";

/** A node by its name, or the one that is HA master when the drill begins. */
type OneNode =
  | { readonly node: string; readonly master?: never }
  | { readonly master: true; readonly node?: string };

/** Which drill, of what, and for one that takes a node from the cluster the word that it is meant. */
export type DrillRequest =
  | { readonly drill: "verify" | "security" }
  | ({ readonly drill: "identify" } & OneNode)
  | ({ readonly drill: "off" | "crash" | "isolate" | "cut"; readonly yes: true } & OneNode)
  | { readonly drill: "restore"; readonly guest?: string; readonly each?: boolean };

const target = {
  node: z.string().min(1).optional(),
  master: z.literal(true).optional(),
};
const request = z.discriminatedUnion("drill", [
  z.strictObject({ drill: z.enum(["verify", "security"]) }),
  z.strictObject({ drill: z.literal("identify"), ...target }),
  z.strictObject({
    drill: z.enum(["off", "crash", "isolate", "cut"]),
    yes: z.literal(true, "write `yes: true` where it is meant that the node leaves the cluster"),
    ...target,
  }),
  z.strictObject({
    drill: z.literal("restore"),
    guest: z.string().min(1).optional(),
    each: z.boolean().optional(),
  }),
]);

/** What a program has asked for, checked: it need not be written in TypeScript. */
export function drillOrderOf(asked: DrillRequest): DrillOrder {
  const { data, error } = request.safeParse(asked);
  if (data === undefined) {
    const what = error.issues.map(({ path, message }) => [...path, message].join(": "));
    throw new ClusterError("badInput", `This is no drill: ${what.join("; ")}. Nothing was done.`);
  }
  switch (data.drill) {
    case "verify":
    case "security":
      return { drill: data.drill, master: false, each: false };
    case "restore": {
      const { drill, guest, each = false } = data;
      return { drill, master: false, each, ...(guest === undefined ? {} : { guest }) };
    }
    default: {
      const { drill, node, master = false } = data;
      if (node === undefined && !master) {
        throw new ClusterError(
          "badInput",
          `The drill ${drill} needs a node: write \`node\` with its name, or \`master: true\` for the HA master. Nothing was done.`,
        );
      }
      return { drill, master, each: false, ...(node === undefined ? {} : { node }) };
    }
  }
}
