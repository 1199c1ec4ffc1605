import { expect, test } from "vitest";
import { Answers } from "../../../../dynamic-providers/kit/answers.js";
import type { EngineProvider } from "../../../../dynamic-providers/kit/engine.js";

/** A provider whose `read` answers when the test says so. */
function slow(): { provider: EngineProvider; answer: () => void; fail: () => void } {
  let answer = (): void => undefined;
  let fail = (): void => undefined;
  const answered = new Promise<void>((resolve, reject) => {
    answer = resolve;
    fail = () => reject(new Error("the host is gone"));
  });
  const never = () => Promise.reject(new Error("nobody asks this here"));
  const provider: EngineProvider = {
    configure: () => Promise.resolve(),
    check: never,
    diff: never,
    create: never,
    read: async () => {
      await answered;
      return { id: "one", props: {} };
    },
    update: never,
    delete: never,
  };
  return { provider, answer: () => answer(), fail: () => fail() };
}

async function isOut(answers: Answers): Promise<boolean> {
  let out = false;
  void answers.allOut().then(() => {
    out = true;
  });
  await new Promise(setImmediate);
  return out;
}

test("a process that was asked nothing may end at once", async () => {
  expect(await isOut(new Answers())).toBe(true);
});

test("an answer that is still open is waited for, and one that came before is not", async () => {
  const answers = new Answers();
  const { provider, answer } = slow();
  const counted = answers.counted(provider);
  await counted.configure({ config: { get: () => undefined } });
  const reading = counted.read("one", {});
  expect(await isOut(answers)).toBe(false);
  answer();
  await expect(reading).resolves.toEqual({ id: "one", props: {} });
  expect(await isOut(answers)).toBe(true);
});

test("of several answers the last one counts, also when it is a failure", async () => {
  const answers = new Answers();
  const [one, other] = [slow(), slow()];
  const first = answers.counted(one.provider).read("one", {});
  const second = answers.counted(other.provider).read("other", {});
  one.answer();
  await first;
  expect(await isOut(answers)).toBe(false);
  other.fail();
  await expect(second).rejects.toThrow("the host is gone");
  expect(await isOut(answers)).toBe(true);
});
