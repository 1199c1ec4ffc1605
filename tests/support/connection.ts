import type { SshConnection } from "../../dynamic-providers/transport/ssh/connection.js";

/** How the first host of the smallest stack is reached, for tests in which nobody really goes there. */
export const FREGE: SshConnection = {
  host: "10.203.3.11",
  node: "frege",
  port: 22,
  user: "root",
  hostKey: "trust-first-use",
  knownHostsFile: ".proxmox-ha/frege/known_hosts",
  auth: { keyFile: ".proxmox-ha/frege/id_ed25519" },
};
