import type * as pulumi from "@pulumi/pulumi";
import type { GuestPlan } from "../../config/plan/guest-words.js";
import { type ClusterPlan, nodeOf } from "../../config/plan/index.js";
import type { DeclaredCluster } from "../cluster/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { Guest } from "./guest.js";
import { Image } from "./image.js";

/** The guests of the file, all at once: Proxmox locks each for itself. Each waits for the images that it is made from. */
export function declareGuests(plan: ClusterPlan, before: Before & DeclaredCluster) {
  const { name: cluster, adopt, guests, consentDays, nodes, deadlines } = plan;
  const { site } = before;
  const members = Object.fromEntries(nodes.map(({ name, connection }) => [name, connection]));
  const told = { connection: site.founder, members, moveDeadlineMs: deadlines.move };
  const images = declareImages(plan, before);
  const declared = guests.map(
    (guest) =>
      new Guest(
        guest.sid.replace(":", "-"),
        { cluster, adopt, guest, consentDays, ...told },
        { dependsOn: [...barriersOf(before), ...imagesOf(guest, images)] },
      ),
  );
  return {
    guests: declared.map(({ made }) => made),
    // Hooks stand here for a file without guests, in which nothing of this phase would wait for them.
    done: [...barriersOf(before), ...images.map(({ resource }) => resource), ...declared],
    outputs: { guests: Object.fromEntries(declared.map(({ title, sid }) => [title, sid])) },
  };
}

interface DeclaredImage {
  readonly volume: string;
  readonly resource: pulumi.Resource;
}

function declareImages(plan: ClusterPlan, before: Before): DeclaredImage[] {
  const { name: cluster, adopt, images } = plan;
  return images.map((image) => {
    const { name, storage, node, onEachNode, volume } = image;
    const { connection } = nodeOf(plan, node);
    const parts = ["image", name, storage, ...(onEachNode ? [node] : [])];
    const resource = new Image(
      parts.join("-"),
      { cluster, adopt, image, connection },
      { dependsOn: barriersOf(before) },
    );
    return { volume, resource };
  });
}

function imagesOf(guest: GuestPlan, images: readonly DeclaredImage[]): pulumi.Resource[] {
  return images
    .filter(({ volume }) => guest.images.includes(volume))
    .map(({ resource }) => resource);
}

/** What the phase makes, for those behind it. */
export type DeclaredGuests = Pick<ReturnType<typeof declareGuests>, "guests">;
