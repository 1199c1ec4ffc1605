import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { promptAt } from "../../../../automation/init/terminal.js";

function terminal(isTTY = true) {
  return { input: Object.assign(new PassThrough(), { isTTY }), output: new PassThrough() };
}

it("is nobody where standard input is no terminal", () => {
  expect(promptAt(terminal(false))).toBeUndefined();
});

it("takes a line for each question, also lines that were typed ahead", async () => {
  const at = terminal();
  const prompt = promptAt(at);
  at.input.write("one\ntwo\n");
  expect(await prompt?.ask("First? ")).toBe("one");
  expect(await prompt?.ask("Second? ")).toBe("two");
  const third = prompt?.ask("Third? ");
  at.input.write("three\n");
  expect(await third).toBe("three");
  prompt?.leave();
});

it("shows questions without what a terminal obeys", async () => {
  const at = terminal();
  const prompt = promptAt(at);
  prompt?.say("key \u001b[2J of a host");
  expect(at.output.read()?.toString()).toContain("key \\u001b[2J of a host");
  prompt?.leave();
});

it("has no answer once it is closed", async () => {
  const at = terminal();
  const prompt = promptAt(at);
  const asked = prompt?.ask("Name? ");
  at.input.end();
  expect(await asked).toBeUndefined();
  expect(await prompt?.ask("Again? ")).toBeUndefined();
});
