import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import type { Material } from "../../report/material.js";
import { answersToExamination } from "../../report/sight.js";
import { type Judged, judged } from "../judged.js";

/** By the doctor's measurements of a formed cluster. A node that was not examined fails: nobody knows how it is. */
export function byMeasurements(
  what: string,
  codes: readonly DoctorCode[],
  material: Material,
): Judged {
  const found = material.examination.report.measurements.filter(({ code }) => codes.includes(code));
  const good = found.filter((one) => one.good).length;
  return judged(
    found.length === 0
      ? []
      : [{ what, value: `${good} of ${found.length}`, limit: `all ${found.length}` }],
    [
      ...unexamined(material),
      ...found.flatMap((one) => (one.good ? [] : [`${one.node}: ${one.what}: ${one.value}`])),
    ],
  );
}

export function unexamined(material: Material): string[] {
  return [
    ...answersToExamination(material).silent.map(
      ({ node, why }) => `${node} was not examined: ${why}`,
    ),
    ...(material.examination.formed ? [] : ["no cluster was there to be measured"]),
  ];
}
