import { expect, it } from "vitest";
import { plainText } from "../../../process/plain-text.js";

it("what a terminal would do is taken out of a console's text, and the words stay", () => {
  const ESC = "\u001b";
  const boot = `${ESC}[!p${ESC}]104${ESC}\\${ESC}[?7h[${ESC}[0;32m  OK  ${ESC}[0m] Started a.\r\n${ESC}M\r${ESC}[Kb\r\n`;
  expect(plainText(boot)).toBe("[  OK  ] Started a.\nb\n");
  expect(plainText(`${ESC}]0;title\u0007x${ESC}`)).toBe("x");
});
