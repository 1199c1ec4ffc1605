import { z } from "zod";
import { parseJson } from "../base/json.js";

const reference = z.object({ "@odata.id": z.string().min(1) });

export const serviceRoot = z.object({
  Systems: reference,
  Links: z.object({ Sessions: reference }).optional(),
});

export const systemCollection = z.object({ Members: z.array(reference) });

export const computerSystem = z.object({
  "@odata.id": z.string().min(1),
  UUID: z.string().nullish(),
  HostName: z.string().nullish(),
  PowerState: z.string().nullish(),
});
export type ComputerSystem = z.output<typeof computerSystem>;

const extendedError = z.object({
  error: z.object({
    message: z.string().optional(),
    "@Message.ExtendedInfo": z
      .array(z.object({ MessageId: z.string().optional(), Message: z.string().optional() }))
      .optional(),
  }),
});

/** What an error answer says, in one line. */
export function errorText(body: string): string {
  const parsed = extendedError.safeParse(parseJson(body));
  if (!parsed.success) return "no further explanation";
  const [first] = parsed.data.error["@Message.ExtendedInfo"] ?? [];
  const text = first?.Message ?? parsed.data.error.message ?? "no further explanation";
  return first?.MessageId === undefined ? text : `${text} (${first.MessageId})`;
}
