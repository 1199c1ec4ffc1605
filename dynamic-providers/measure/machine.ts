import { Failure } from "../../config/failure/failure.js";
import { type HostShell, look } from "../shell/shell.js";

/** As the firmware says it; the kernel shows the same where the tool is missing. */
const UUID_SCRIPT = "dmidecode -s system-uuid 2>/dev/null || cat /sys/class/dmi/id/product_uuid";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/im;

/** By what a machine is known, whatever is installed on it. */
export async function machineUuid(host: HostShell & { readonly place?: string }): Promise<string> {
  const said = await look(host, {
    script: UUID_SCRIPT,
    timeoutMs: 20_000,
    verb: "read the UUID of the machine",
  });
  const [found] = UUID.exec(said) ?? [];
  if (found === undefined) {
    throw new Failure("failed", {
      tried: "to read the UUID of the machine",
      where: host.place ?? host.node,
      cameBack: said.trim() === "" ? "nothing" : said.trim(),
      doNext:
        "Without it nobody can tell whose controller is asked: set it in the firmware, or update that.",
    });
  }
  return found.toLowerCase();
}
