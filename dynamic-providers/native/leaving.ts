import { isOfCeph } from "../../config/plan/storage-kinds.js";
import { consentNow } from "../kit/consent-of-run.js";
import type { Context } from "../kit/runtime.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import type { Consent, Leaving } from "./native-kind.js";
import { nativeKinds } from "./native-kinds.js";
import { type Native, type NativeKindName, pathOf } from "./native-schema.js";

/** Natives that were there and are no more, or stand at another place now. A storage of Ceph that is no more is only let go. */
export function leavingNatives(before: readonly Native[], wanted: readonly Native[]): Leaving[] {
  return before.flatMap((native) => {
    const now = wanted.find((one) => pathOf(one) === pathOf(native));
    const stays = now === undefined ? isOfCeph(native.place ?? "") : now.place === native.place;
    return stays ? [] : [{ native, becomes: now?.place }];
  });
}

/** One look for all of a kind. Throws when one of them must stay. */
export async function refuseWhileHeld(
  leaving: readonly Leaving[],
  connections: readonly SshConnection[],
  consent: Consent,
  context: Pick<Context, "host" | "clock">,
): Promise<void> {
  const byKind = new Map<NativeKindName, Leaving[]>();
  for (const one of leaving) {
    byKind.set(one.native.kind, [...(byKind.get(one.native.kind) ?? []), one]);
  }
  for (const [kind, those] of byKind) {
    const natives = those.map(({ native }) => native);
    const verdict = await nativeKinds[kind].held?.(natives, connections, context);
    for (const one of those) {
      const refused = verdict?.(one, consent, context.clock.now());
      if (refused !== undefined) {
        throw refused;
      }
    }
  }
}

/** The last look, at the moment of removal. */
export async function refuseRemovalWhileHeld(
  native: Native,
  connections: readonly SshConnection[],
  recorded: Consent,
  context: Context,
): Promise<void> {
  const leaving = [{ native, becomes: undefined }];
  await refuseWhileHeld(leaving, connections, consentNow(context, recorded), context);
}
