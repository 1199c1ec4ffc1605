import { EXIT } from "./exit-status.js";
import { Interrupts } from "./interrupts.js";
import type { Stoppable } from "./stops.js";

/** By Ctrl-C: the first ends the work, the third the process. */
export const byCtrlC: Stoppable = ({ say, waitingFor, leaving }) => {
  const interrupts = new Interrupts({
    say,
    waitingFor,
    leave: () => {
      if (leaving !== undefined) {
        say(leaving);
      }
      process.exit(EXIT.interrupted);
    },
  });
  const over = interrupts.listen(process);
  return { signal: interrupts.signal, over };
};
