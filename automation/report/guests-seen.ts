import { parseHaStatus } from "../../dynamic-providers/membership/ha-status.js";
import type { Material } from "./material.js";

/** A guest where a node or HA says that it is. */
export interface SeenGuest {
  /** `vm:101`; the number alone where nobody says which kind it is. */
  readonly guest: string;
  /** By the stack file. */
  readonly name: string | undefined;
  readonly node: string;
  /** What HA says of it; undefined where HA does not keep it. */
  readonly ha: string | undefined;
}

/** Guests that somebody told of. Those of a node that said nothing are here only where HA knows them. */
export function guestsSeen({ look, plan }: Material): SeenGuest[] {
  const { services } = parseHaStatus(look.view.ha);
  const numbers = new Set(services.map(({ sid }) => Number(sid.split(":")[1])));
  const nameOf = (id: number): string | undefined => plan.guests.find((one) => one.id === id)?.name;
  const alone = look.views.flatMap((view) =>
    view.reachable
      ? view.membership.guests
          .filter((id) => !numbers.has(Number(id)))
          .map((id) => ({ id: Number(id), node: view.node }))
      : [],
  );
  return [
    ...services.map(({ sid, node, state }) => ({
      guest: sid,
      name: nameOf(Number(sid.split(":")[1])),
      node,
      ha: state,
    })),
    ...alone.map(({ id, node }) => ({
      guest: plan.guests.find((one) => one.id === id)?.sid ?? String(id),
      name: nameOf(id),
      node,
      ha: undefined,
    })),
  ];
}
