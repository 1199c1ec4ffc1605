const anyValue = { $ref: "pulumi.json#/Any" };
const texts = { type: "array", items: { type: "string" } };

/** The token of the one component; what Pulumi keeps in a state, so it stays for ever. */
export const NETWORKED_HOSTS = "proxmox-ha:network:NetworkedHosts";

/**
 * What programs in other languages may declare, in Pulumi's own form. It takes no inputs: the cluster's description is a setting of the
 * stack, which every language can write, and which is where providers look for secrets too.
 */
export function packageSchema(version: string): object {
  return {
    name: "proxmox-ha",
    version,
    displayName: "Proxmox HA",
    description: "Hosts and networks of a Proxmox VE cluster, from the setting proxmox-ha:cluster.",
    license: "Apache-2.0",
    config: {
      variables: {
        cluster: {
          ...anyValue,
          description: "The whole cluster, as docs/configuration.md has it.",
        },
      },
    },
    resources: {
      [NETWORKED_HOSTS]: {
        isComponent: true,
        description:
          "Every host of the stack's cluster with its base, its interfaces, the rings, and the proofs of all that.",
        properties: {
          rebootReasons: {
            type: "object",
            additionalProperties: texts,
            description: "Why a host has to be restarted, by node.",
          },
          rings: {
            type: "object",
            additionalProperties: anyValue,
            description: "Members, cables and measured paths of each ring, by network.",
          },
          cables: { ...texts, description: "Every cable that was seen." },
        },
        required: ["rebootReasons", "rings", "cables"],
      },
    },
  };
}
