import { EXIT } from "./exit-status.js";
import { Interrupts } from "./interrupts.js";
import type { Stoppable } from "./stops.js";

/** By Ctrl-C: the first ends the work, the second the process. */
export const byCtrlC: Stoppable = (answers) => {
  const leave = (): void => process.exit(EXIT.interrupted);
  const interrupts = new Interrupts({ ...answers, leave }, Date.now);
  const over = interrupts.listen(process);
  return { signal: interrupts.signal, over };
};
