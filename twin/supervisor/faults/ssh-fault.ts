import type { HostMachine } from "../../engines/engine.js";
import { succeed, type Undo } from "./context.js";

const CONFIG = "/etc/ssh/sshd_config.d/00-twin-fault.conf";

/** Every command of a new connection passes a gate that counts, and cuts the connection at the n-th. */
export async function dropSsh(
  host: HostMachine,
  at: number,
  when: "before" | "during" | "after",
): Promise<Undo> {
  await succeed(host, [
    "sh",
    "-ec",
    [
      "mkdir -p /run/twin-ssh",
      "echo 0 > /run/twin-ssh/count",
      `echo ${at} > /run/twin-ssh/at`,
      `echo ${when} > /run/twin-ssh/when`,
      `echo 'ForceCommand /usr/lib/twin/ssh-gate' > ${CONFIG}`,
      "systemctl reload ssh",
    ].join("\n"),
  ]);
  return async () => {
    if (host.state() !== "on") return;
    await succeed(host, ["sh", "-ec", `rm -rf ${CONFIG} /run/twin-ssh; systemctl reload ssh`]);
  };
}
