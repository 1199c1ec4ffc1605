import { z } from "zod";
import { field } from "./field.js";

export const proxmox = z.strictObject({
  major: field(
    z.union([z.literal(8), z.literal(9)], {
      error: "this program knows Proxmox VE 8 and 9",
    }),
    "Major version of Proxmox VE on every node. It decides repositories, HA groups or rules, SDN fabrics and Ceph releases.",
    9,
  ),
  channel: field(
    z.enum(["enterprise", "no-subscription", "test"]).default("no-subscription"),
    "Package channel. `enterprise` needs a subscription key on every node.",
    "no-subscription",
  ),
});
