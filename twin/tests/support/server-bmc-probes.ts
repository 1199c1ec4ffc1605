import { z } from "zod";
import { type Finished, start } from "../../testing/index.js";
import { type BmcLook, type BmcProbe, certificateOf, refusal } from "./bmc-probes.js";
import { askIpmitool, type Door } from "./power-clients.js";

export interface DoorFromInside extends Door {
  readonly node: string;
  /** The words that put a command where the device can be reached. */
  readonly prefix: readonly string[];
}

const collection = z.object({ Members: z.array(z.object({ "@odata.id": z.string() })) });
const system = z.object({ PowerState: z.string().nullable(), UUID: z.string() });

/** A Redfish device through curl, which shares no code with the simulated device nor with the program. */
export function redfishOf(door: DoorFromInside): BmcProbe {
  return {
    node: door.node,
    look: async () => {
      const [found, certificate] = await Promise.all([
        firstSystem(door),
        certificateOf(door.prefix, `${door.address}:443`),
      ]);
      if ("power" in found) return { ...found, certificate };
      const { PowerState, UUID } = found;
      return { power: PowerState === "On" ? "on" : "off", uuid: UUID.toLowerCase(), certificate };
    },
  };
}

async function firstSystem(
  door: DoorFromInside,
): Promise<z.output<typeof system> | Pick<BmcLook, "power">> {
  const systems = await get(door, "/redfish/v1/Systems");
  const list = collection.safeParse(jsonOf(systems));
  const [first] = list.data?.Members ?? [];
  if (first === undefined) return { power: refusal(systems.stdout) };
  const answer = await get(door, first["@odata.id"]);
  return system.safeParse(jsonOf(answer)).data ?? { power: refusal(answer.stdout) };
}

function get(door: DoorFromInside, place: string): Promise<Finished> {
  const config = [
    `url = "https://${door.address}${place}"`,
    `user = "${door.user}:${door.password}"`,
    // Whether the certificate is good, is asked beside it.
    "insecure",
    'write-out = "\\nstatus=%{http_code}"',
    "silent",
    "max-time = 5",
  ].join("\n");
  return start([...door.prefix, "curl", "--config", "-"], { input: config, deadlineMs: 20_000 })
    .finished;
}

function jsonOf({ stdout }: Finished): unknown {
  const text = stdout.replace(/\nstatus=\d+$/, "");
  return text.startsWith("{") ? JSON.parse(text) : undefined;
}

/** An IPMI device through ipmitool. IPMI shows neither certificates nor that it is busy. */
export function ipmiOf(door: DoorFromInside): BmcProbe {
  return {
    node: door.node,
    look: async () => {
      const power = await askIpmitool(door.prefix, door, ["chassis", "power", "status"]);
      const [, state] = /Chassis Power is (on|off)/.exec(power.stdout) ?? [];
      if (state === "on" || state === "off") return { power: state, uuid: await guidOf(door) };
      return { power: power.stderr.includes("unauthorized name") ? "refused" : "none" };
    },
  };
}

async function guidOf(door: DoorFromInside): Promise<string | undefined> {
  const { stdout } = await askIpmitool(door.prefix, door, ["mc", "guid"]);
  return /System GUID *: *([0-9a-fA-F-]{36})/.exec(stdout)?.[1]?.toLowerCase();
}
