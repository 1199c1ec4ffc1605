import { requireMachine, sameMachine } from "../power/machine-uuid.js";
import type { PinnedPeer } from "../power/pinned-http.js";
import { whereOf } from "../power/pinned-tls.js";
import type {
  MachineIdentity,
  PowerController,
  PowerLogin,
  PowerState,
} from "../power/power-controller.js";
import { type ComputerSystem, computerSystem, systemCollection } from "./answers.js";
import { RedfishConnection } from "./connection.js";

export interface RedfishOptions extends PinnedPeer {
  readonly login: PowerLogin;
  /** Id of the ComputerSystem, where there is more than one. */
  readonly system?: string;
  /** System UUID of the machine that is meant; with it, every call refuses another machine. */
  readonly uuid?: string;
}

/** What a machine says through the Redfish service of its BMC. */
export function redfishController(options: RedfishOptions): PowerController {
  const { login } = options;
  const run = <T>(
    tried: string,
    work: (connection: RedfishConnection, system: ComputerSystem) => Promise<T>,
  ) =>
    RedfishConnection.run(options, login, tried, async (connection) => {
      const system = await chooseSystem(connection, options);
      requireMachine(options.uuid, system.UUID ?? undefined, tried, whereOf(options));
      return work(connection, system);
    });
  return {
    identity: () =>
      RedfishConnection.run(
        options,
        login,
        "reading the identity of the machine",
        async (connection) => identityOf(await chooseSystem(connection, options)),
      ),
    state: () => run("reading the power state", async (_connection, system) => stateOf(system)),
  };
}

function stateOf({ PowerState }: ComputerSystem): PowerState {
  return PowerState === "On" ? "on" : PowerState === "Off" ? "off" : "unknown";
}

function identityOf({ UUID, HostName }: ComputerSystem): MachineIdentity {
  return {
    ...(UUID ? { uuid: UUID.toLowerCase() } : {}),
    ...(HostName ? { hostname: HostName } : {}),
  };
}

const idOf = (path: string) => path.replace(/\/+$/, "").replace(/^.*\//, "");

/** By id, or the only one, or the one with the expected UUID; never simply the first or the last. */
async function chooseSystem(
  connection: RedfishConnection,
  { system, uuid }: Pick<RedfishOptions, "system" | "uuid">,
): Promise<ComputerSystem> {
  const collection = await connection.get(await connection.systemsPath(), systemCollection);
  const paths = collection.Members.map((member) => member["@odata.id"]);
  const named = system === undefined ? paths : paths.filter((path) => idOf(path) === system);
  const [only] = named;
  if (only !== undefined && named.length === 1) return connection.get(only, computerSystem);
  if (uuid !== undefined && system === undefined) {
    for (const path of named) {
      const candidate = await connection.get(path, computerSystem);
      if (candidate.UUID && sameMachine(candidate.UUID, uuid)) return candidate;
    }
  }
  return connection.fail(
    "unsupported",
    `the service has the systems ${paths.map(idOf).join(", ") || "(none)"}, and which is meant is not clear.`,
    "Write the id (`system`) or the `uuid` of the node's system into the stack file.",
  );
}
