import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,6}[A-Za-z0-9]$/);
const node = z.string().regex(/^[A-Za-z0-9-]+$/);

/** A fabric of SDN: made once for the cluster, applied on every node. */
export const fabricInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member; the fabric is the cluster's, whoever is asked. */
  connection: sshConnection,
  /** Its id; `id` itself is the engine's word. */
  fabric: id,
  protocol: z.enum(["openfabric", "ospf"]),
  options: z.record(z.string().regex(/^[a-z0-9_]+$/), z.string().min(1)),
  nodes: z.array(
    z.strictObject({
      node,
      ip: z.string().optional(),
      ip6: z.string().optional(),
      interfaces: z.array(z.string().min(1)),
    }),
  ),
});
export type FabricInputs = z.output<typeof fabricInputs>;

export const fabricOutputs = z.strictObject({
  /** The nodes on which it was last applied. */
  running: z.array(z.string()),
});
