import type { ConnectionPlan } from "../../config/plan/connections.js";
import { command } from "../../dynamic-providers/transport/ssh/quoting.js";
import { controllersOf, type Scene } from "./scene.js";

/** How a person gets to a node, with and without its network. */
export interface Way {
  readonly node: string;
  readonly login: string;
  readonly controllers: string;
}

export function waysTo(scene: Scene): readonly Way[] {
  return scene.plan.nodes.map(({ name, connection }) => ({
    node: name,
    login: loginOf(connection),
    controllers: controllersOf(scene, name),
  }));
}

/** By the program's own key and records where it keeps them; a key that is a secret is nowhere on this machine. */
function loginOf({
  host,
  port,
  user,
  hostKey,
  knownHostsFile,
  auth,
  jump,
}: ConnectionPlan): string {
  return command(
    "ssh",
    ...(port === 22 ? [] : ["-p", String(port)]),
    ...(auth.keyFile === undefined ? [] : ["-i", auth.keyFile]),
    ...(hostKey === "trust-first-use" ? ["-o", `UserKnownHostsFile=${knownHostsFile}`] : []),
    ...(jump === undefined ? [] : ["-J", `${jump.user}@${jump.host}:${jump.port}`]),
    `${user}@${host}`,
  );
}
