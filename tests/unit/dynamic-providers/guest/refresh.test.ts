import { describe, expect, it } from "vitest";
import { virtualMachine } from "../../../../dynamic-providers/guest/vm/provider.js";
import type { Context, Host, Runtime } from "../../../../dynamic-providers/kit/runtime.js";
import { FakeGuests, runtimeOf, wished } from "./fake-guests.js";

/** A member that keeps an answer for everybody who asks for it by the same name, as a session does. */
class SharingHost implements Host {
  readonly node = "frege";
  readonly place = "frege";
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(private readonly cluster: FakeGuests) {}

  run(script: string) {
    return Promise.resolve(this.cluster.run(script));
  }
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
  once(name: string, ask: () => Promise<unknown>): Promise<unknown> {
    const answer = this.#answers.get(name) ?? ask();
    this.#answers.set(name, answer);
    return answer;
  }
  forget(): void {
    this.#answers.clear();
  }
}

async function threeGuests() {
  const cluster = new FakeGuests();
  const host = new SharingHost(cluster);
  const { runtime } = runtimeOf(cluster);
  const sharing: Runtime = {
    ...runtime,
    context: (owner): Context => ({ ...runtime.context(owner), host: () => host }),
  };
  const vm = virtualMachine.serve(sharing);
  const made: Awaited<ReturnType<typeof vm.create>>[] = [];
  for (const vmid of [100, 101, 102]) {
    made.push(
      await vm.create(
        wished({ vmid, name: `vm-${vmid}`, settings: { name: `vm-${vmid}`, cores: "2" } }),
      ),
    );
  }
  const refresh = () => Promise.all(made.map(({ id, outs }) => vm.read(id, outs)));
  cluster.looks = 0;
  return { cluster, vm, made, refresh };
}

describe("guests in a refresh", () => {
  it("are looked at together, at one member", async () => {
    const { cluster, refresh } = await threeGuests();
    const found = await refresh();
    expect(found.map(({ props }) => props.drift)).toEqual([[], [], []]);
    expect(cluster.looks).toBe(1);
  });

  it("are looked at by themselves while they move or are locked, and are not taken for gone", async () => {
    const { cluster, refresh } = await threeGuests();
    cluster.moving.add(101);
    const found = await refresh();
    expect(found.map(({ props }) => props.drift)).toEqual([[], [], []]);
    expect(cluster.looks).toBe(2);
  });

  it("have what changed since in the next look, and one that is gone is given back to the file", async () => {
    const { cluster, refresh, vm, made } = await threeGuests();
    const [first] = made;
    await refresh();
    cluster.guests.delete(102);
    await vm.update(
      first?.id ?? "",
      first?.outs ?? {},
      wished({ name: "vm-100", settings: { name: "vm-100", cores: "4" } }),
    );
    const found = await refresh();
    expect(found.map(({ props }) => props.drift)).toEqual([["cores: 4 -> 2"], [], undefined]);
  });
});
