import { describe, expect, it } from "vitest";
import { Turns } from "../../../supervisor/turns.js";

const never = (): Promise<never> => new Promise<never>(() => undefined);

describe("operations on the whole twin", () => {
  it("happen one after the other, also behind one that failed", async () => {
    const turns = new Turns();
    const order: string[] = [];
    const first = turns.next(async () => {
      await Promise.resolve();
      order.push("first");
      throw new Error("no");
    });
    const second = turns.next(async () => order.push("second"));
    await expect(first).rejects.toThrow("no");
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  it("are waited for by the end of the twin", async () => {
    const turns = new Turns();
    const order: string[] = [];
    void turns.next(async () => order.push("healed"));
    await turns.last(60_000, async () => order.push("down"));
    expect(order).toEqual(["healed", "down"]);
  });

  it("do not hold up the end of the twin when one of them hangs", async () => {
    const turns = new Turns();
    void turns.next(never);
    expect(await turns.last(1, async () => "down")).toBe("down");
  });
});
