import { messageOf } from "../../config/failure/failure.js";
import { type Part, shown, Unread } from "../../dynamic-providers/transport/pvesh/part.js";

/** What a look came to. One that failed is not known, which is never the same as well. */
export type Fact<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly why: string };

export const known = <Value>(value: Value): Fact<Value> => ({ known: true, value });
export const unknown = (why: unknown): Fact<never> => ({ known: false, why: messageOf(why) });

/** A look whose failure says nothing of the others in its round trip. */
export function factOf<Value>({ read, ...part }: Part<Value>): Part<Fact<Value>> {
  return {
    ...part,
    mayFail: true,
    read: (result) => {
      if (result.status !== 0) {
        const said = shown(result.errors) || "no word";
        return unknown(`\`${part.name}\`: ${said} (exit status ${result.status})`);
      }
      try {
        return known(read(result));
      } catch (thrown) {
        if (!(thrown instanceof Unread)) {
          throw thrown;
        }
        return unknown(`\`${part.name}\`: ${thrown.message}`);
      }
    },
  };
}
