import type { Condition } from "./condition.js";

/** A storage as one node sees it. */
export interface SeenStorage {
  readonly storage: string;
  /** In Proxmox's word; undefined for one that the node does not know. */
  readonly state: string | undefined;
  /** Whether something could be written and read back, where that was tried. */
  readonly probe?: "good" | "failed" | "not-tried";
  readonly said?: string;
}

/** A storage is active on a node. Whether it can be used too is known only where that was tried. */
export function storageUsable(node: string, seen: SeenStorage): Condition {
  const { storage, state, probe, said = "" } = seen;
  const told = said === "" ? "" : ` (${said})`;
  const active = state === "active";
  return {
    name: "storage",
    node,
    met: active && probe !== "failed",
    title: `storage ${storage}`,
    value: state ?? "not there",
    evidence: active
      ? `${node} sees ${storage} but cannot write there and read it back${told}`
      : `${node} sees ${storage} as ${state ?? "unknown"}${told}`,
    doNext: "Check that its server runs and that the node reaches it; then look at `pvesm status`.",
  };
}

/** The server of some storages answers a node. */
export function serverAnswers(
  node: string,
  { address, port }: { readonly address: string; readonly port: number },
  storages: readonly string[],
  open: boolean,
): Condition {
  const ids = storages.join(", ");
  return {
    name: "server",
    node,
    met: open,
    title: `server ${address}`,
    value: open
      ? `answers on TCP port ${port}`
      : `${address} does not answer on TCP port ${port} (${ids})`,
    evidence: `${node} gets no answer from ${address}, TCP port ${port} (${ids})`,
    doNext: "Check that the server runs and that this node's address may reach it.",
  };
}
