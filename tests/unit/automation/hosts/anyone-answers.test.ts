import { once } from "node:events";
import net from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { anyoneAnswers } from "../../../../automation/hosts/anyone-answers.js";

const NOBODY = { host: "127.0.0.1", port: 1 };

it("asks all hosts, and one that takes a connection is enough", async () => {
  const server = net.createServer((socket) => socket.destroy());
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await anyoneAnswers([NOBODY, { host: "127.0.0.1", port }])).toBe(true);
  const jump = { host: "127.0.0.1", port, user: "root" };
  expect(await anyoneAnswers([{ ...NOBODY, jump }])).toBe(true);
  expect(await anyoneAnswers([NOBODY, NOBODY])).toBe(false);
});
