import type { HostMachine } from "../../engines/engine.js";
import { succeedScript, type Undo } from "./context.js";

const CONFIG = "/etc/ssh/sshd_config.d/00-twin-fault.conf";

/** Every command of a new connection passes a gate that counts, and cuts the connection at the n-th. */
export async function dropSsh(
  host: HostMachine,
  at: number,
  when: "before" | "during" | "after",
): Promise<Undo> {
  await succeedScript(host, [
    "mkdir -p /run/twin-ssh",
    "echo 0 > /run/twin-ssh/count",
    `echo ${at} > /run/twin-ssh/at`,
    `echo ${when} > /run/twin-ssh/when`,
    `echo 'ForceCommand /usr/lib/twin/ssh-gate' > ${CONFIG}`,
    "systemctl reload ssh",
  ]);
  return async () => {
    if (host.state() !== "on") return;
    await succeedScript(host, [`rm -rf ${CONFIG} /run/twin-ssh; systemctl reload ssh`]);
  };
}
