import * as pulumi from "@pulumi/pulumi";
import type { NodePlan } from "../../config/plan/nodes.js";
import { firstAnswering } from "../../dynamic-providers/transport/pve-api/first-answering.js";

const API_PORT = 8006;
/** A dead founder costs this once a run; less, and a founder that is only busy counts as dead. */
const PATIENCE_MS = 10_000;

/**
 * Where the API is asked in this run. Any member serves the whole cluster, so it is the founder as long as it answers, which keeps the
 * provider's configuration the same from run to run, and the next node in the order of joining when it does not.
 */
export function liveEndpoint(nodes: readonly NodePlan[]): pulumi.Output<string> {
  return pulumi.output(chosen(nodes)).apply(endpointOf);
}

async function chosen(nodes: readonly NodePlan[]): Promise<string> {
  const addresses = nodes.map(({ address }) => address);
  const found = await firstAnswering(addresses, API_PORT, PATIENCE_MS);
  const [first] = nodes;
  if (first === undefined) {
    throw new Error("a cluster needs a node that founds it");
  }
  const at = nodes.find(({ address }) => address === found) ?? first;
  if (at !== first) {
    void pulumi.log.info(
      `The API of ${first.name} does not answer: in this run it is asked through ${at.name}.`,
    );
  }
  return at.address;
}

/** The API of one node. */
export function endpointOf(address: string): string {
  return `https://${address.includes(":") ? `[${address}]` : address}:${API_PORT}/`;
}
