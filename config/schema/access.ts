import { z } from "zod";
import { field } from "./field.js";
import { absolutePath, hostKeyPin, hostOrIp, nodeName, secretRef } from "./primitives.js";
import { oneWord } from "./text.js";

const jump = z.strictObject({
  host: field(hostOrIp, "Jump host.", "bastion.example"),
  port: field(z.int().min(1).max(65535).default(22), "Its ssh port.", 22),
  user: field(oneWord, "User on the jump host.", "ops"),
  hostKey: field(
    hostKeyPin.optional(),
    "Pinned host key of the jump host.",
    "SHA256:Jq0OjupvWnhgq0sNyE8iTQGAt/mdtlXe1FpDdKOX/Ig",
  ),
});

/** How the program reaches the hosts. */
export const access = z.strictObject({
  user: field(z.literal("root").default("root"), "pvecm and pveceph work for root only.", "root"),
  port: field(z.int().min(1).max(65535).default(22), "ssh port of the hosts.", 22),
  key: field(
    secretRef.optional(),
    "Private ssh key of the program. Without it one is made and kept beside the stack's state.",
    { ssm: "/pve1/ssh_keys/deploy_private_key" },
  ),
  installerPassword: field(
    secretRef,
    "Root password given in the installer. Used once per host to install the program's key.",
    { pulumi: "installerPassword" },
  ),
  hostKeys: field(
    z
      .union([z.literal("trust-first-use"), z.record(nodeName, hostKeyPin)])
      .default("trust-first-use"),
    "Host keys by node, or the explicit decision to record what is seen at first contact.",
    { "pve1-node1": "SHA256:Jq0OjupvWnhgq0sNyE8iTQGAt/mdtlXe1FpDdKOX/Ig" },
  ),
  knownHosts: field(
    absolutePath.optional(),
    "File that records the host keys. By default beside the stack's state.",
    "/etc/proxmox-ha/known_hosts",
  ),
  tokenRotation: field(
    z.int().min(0).default(0),
    "Raise it by one to have the program's API token made anew; the old one ends at once.",
    1,
  ),
  jump: field(jump.optional(), "Jump host on the way to all nodes."),
});
